{#- A window function over the values that are not null: known('lag', 'stage_key') over history. -#}
{% macro known(function, column) -%}
    {{ function }}({{ column }} ignore nulls)
{%- endmacro %}
