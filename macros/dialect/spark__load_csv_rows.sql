{#- How dbt loads the rows of a seed on Spark. dbt-spark itself writes a blank cell as the text None
    and breaks on a quote inside a text. -#}
{% macro spark__load_csv_rows(model, agate_table) -%}
{%- set types = model['config']['column_types'] -%}
{%- for rows in agate_table.rows | batch(1000) -%}
{%- set statement -%}
insert into {{ this }} values
{% for row in rows -%}
(
{%- for cell in row -%}
cast({{ 'null' if cell is none else "'" ~ (cell | string | replace('\\', '\\\\') | replace("'", "\\'")) ~ "'" }} as {{ types[agate_table.column_names[loop.index0]] }})
{{- ', ' if not loop.last }}
{%- endfor -%}
){{ ',' if not loop.last }}
{% endfor %}
{%- endset -%}
{%- do adapter.add_query(statement, abridge_sql_log=True) -%}
{%- endfor -%}
{{ return('') }}
{%- endmacro %}
