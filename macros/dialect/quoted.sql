{#- The name of a column that is a reserved word of SQL. -#}
{% macro quoted(name) -%}
    {% if target.type == 'spark' -%}
        `{{ name }}`
    {%- else -%}
        "{{ name }}"
    {%- endif %}
{%- endmacro %}
