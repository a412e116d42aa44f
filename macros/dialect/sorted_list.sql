{#- A list in ascending order, for the macros ranked_value and sorted_percentile. -#}
{% macro sorted_list(values) -%}
    {% if target.type == 'spark' -%}
        sort_array({{ values }})
    {%- else -%}
        list_sort({{ values }})
    {%- endif %}
{%- endmacro %}
