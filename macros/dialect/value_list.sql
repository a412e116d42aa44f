{#- The values of a group as a list, in any order. -#}
{% macro value_list(value) -%}
    {% if target.type == 'spark' -%}
        collect_list({{ value }})
    {%- else -%}
        list({{ value }})
    {%- endif %}
{%- endmacro %}
