{#- The non-null value at the lowest or highest position:
    non_null_by('max_by', 'value', 'event_number'). For a whole number packed_by is cheaper. DuckDB
    ignores nulls by itself; a filter would double the cost. -#}
{% macro non_null_by(function, value, position) -%}
    {% if target.type == 'spark' -%}
        {{ function }}({{ value }}, {{ position }}) filter (where {{ value }} is not null)
    {%- else -%}
        {{ function }}({{ value }}, {{ position }})
    {%- endif %}
{%- endmacro %}
