{#- Cells as one text for comparison. Each has its length in front, so that different rows have
    different texts. -#}
{% macro joined_cells(relation, columns) -%}
    concat(
    {%- for column in columns %}
        coalesce(length(cast({{ relation }}.{{ column }} as string)), -1), ':',
        coalesce(cast({{ relation }}.{{ column }} as string), ''){{ ',' if not loop.last }}
    {%- endfor %}
    )
{%- endmacro %}
