{#- A window function over the values that are not null:
    ignore_nulls('lag', 'stage_key') over history. -#}
{% macro ignore_nulls(function, column) -%}
    {% if target.type == 'spark' -%}
        {{ function }}({{ column }}) ignore nulls
    {%- else -%}
        {{ function }}({{ column }} ignore nulls)
    {%- endif %}
{%- endmacro %}
