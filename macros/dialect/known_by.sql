{#- The known value at the lowest or highest position: known_by('max_by', 'value', 'event_number');
    of a whole number key_by is cheaper. DuckDB passes over nulls by itself; a filter would double
    the cost. -#}
{% macro known_by(function, value, position) -%}
    {% if target.type == 'spark' -%}
        {{ function }}({{ value }}, {{ position }}) filter (where {{ value }} is not null)
    {%- else -%}
        {{ function }}({{ value }}, {{ position }})
    {%- endif %}
{%- endmacro %}
