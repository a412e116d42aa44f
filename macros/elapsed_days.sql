{#- Microseconds as days: 36 hours are 1.5, never 1 or 2. -#}
{% macro elapsed_days(microseconds) -%}
    (cast({{ microseconds }} as double) / 86400000000)
{%- endmacro %}
