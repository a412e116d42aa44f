{#- The place of a landed row, for readers: file!sheet:row. -#}
{% macro row_place(rows) -%}
    concat(
        {{ rows }}.source_file, case when {{ rows }}.sheet != '' then '!' else '' end,
        {{ rows }}.sheet, ':', {{ rows }}.source_row
    )
{%- endmacro %}
