{#- The value of a rank, from 1, of a sorted list; null for a null rank. -#}
{% macro ranked_value(values, rank) -%}
    {% if target.type == 'spark' -%}
        element_at({{ values }}, cast({{ rank }} as int))
    {%- else -%}
        {{ values }}[{{ rank }}]
    {%- endif %}
{%- endmacro %}
