{#- A window function over the values that are not null: known('lag', 'stage_key') over history. -#}
{% macro known(function, column) -%}
    {% if target.type == 'spark' -%}
        {{ function }}({{ column }}) ignore nulls
    {%- else -%}
        {{ function }}({{ column }} ignore nulls)
    {%- endif %}
{%- endmacro %}
