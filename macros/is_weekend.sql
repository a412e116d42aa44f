{#- Whether a date is a Saturday or a Sunday: 0001-01-01 was a Monday. -#}
{% macro is_weekend(date) -%}
    {{ dates_between("date '0001-01-01'", date) }} % 7 >= 5
{%- endmacro %}
