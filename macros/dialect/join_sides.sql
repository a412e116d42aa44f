{#- A hook: join_sides('as_written') looks up the right side of each join, join_sides('guessed')
    lets DuckDB choose again. Spark has nothing to say here. -#}
{% macro join_sides(choice) -%}
    {% if target.type != 'spark' -%}
        set disabled_optimizers = '{{ "build_side_probe_side" if choice == "as_written" }}'
    {%- endif %}
{%- endmacro %}
