{#- Cells as one text to compare: each with its length before it, so that no two rows look alike
    by chance. -#}
{% macro joined_cells(relation, columns) -%}
    concat(
    {%- for column in columns %}
        coalesce(length(cast({{ relation }}.{{ column }} as string)), -1), ':',
        coalesce(cast({{ relation }}.{{ column }} as string), ''){{ ',' if not loop.last }}
    {%- endfor %}
    )
{%- endmacro %}
