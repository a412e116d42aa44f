{#- The known value at the lowest or highest position: known_by('max_by', 'region', 'event_number').
    DuckDB passes over nulls by itself; a filter would double the cost. Spark needs the filter. -#}
{% macro known_by(function, value, position) -%}
    {{ function }}({{ value }}, {{ position }})
{%- endmacro %}
