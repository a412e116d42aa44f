{#- How dbt loads the rows of a seed on Spark: as one JSON text, which is read ten times faster than
    rows of literals. dbt-spark itself writes a blank cell as the text None and fails on a quote
    inside a text. -#}
{% macro spark__load_csv_rows(model, agate_table) -%}
{%- set types = model['config']['column_types'] -%}
{%- for rows in agate_table.rows | batch(1000) -%}
{%- set cells = tojson(rows | map('list') | list) -%}
{%- set statement -%}
insert into {{ this }} select
{% for name in agate_table.column_names -%}
cast(cells[{{ loop.index0 }}] as {{ types[name] }}){{ ', ' if not loop.last }}
{%- endfor %}
from values (from_json('{{ cells | replace('\\', '\\\\') | replace("'", "\\'") }}', 'array<array<string>>'))
    as loaded (lines) lateral view explode(lines) as cells
{%- endset -%}
{%- do adapter.add_query(statement, abridge_sql_log=True) -%}
{%- endfor -%}
{{ return('') }}
{%- endmacro %}
