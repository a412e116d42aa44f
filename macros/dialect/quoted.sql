{#- A name that SQL reserves, as a column's name. -#}
{% macro quoted(name) -%}
    {% if target.type == 'spark' -%}
        `{{ name }}`
    {%- else -%}
        "{{ name }}"
    {%- endif %}
{%- endmacro %}
