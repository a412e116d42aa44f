{#- Cells as one text to compare: each with its length before it, so that no two rows look alike by chance. -#}
{% macro joined_cells(relation, columns) -%}
    concat(
        {%- for column in columns %}
        coalesce(concat(length(cast({{ relation }}.{{ column }} as varchar)), ':', cast({{ relation }}.{{ column }} as varchar)), '-')
        {%- if not loop.last %},{% endif -%}
        {%- endfor %}
    )
{%- endmacro %}
