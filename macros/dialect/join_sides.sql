{#- A hook: after join_sides('as_written') DuckDB builds the hash table of each join from its right
    side, after join_sides('guessed') its optimizer chooses again. Empty on Spark. -#}
{% macro join_sides(choice) -%}
    {% if target.type != 'spark' -%}
        set disabled_optimizers = '{{ "build_side_probe_side" if choice == "as_written" }}'
    {%- endif %}
{%- endmacro %}
