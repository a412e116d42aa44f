{#- An exact percentile of whole numbers, interpolated as numpy does. Rounded to the tenth, which a
    median or a ninth decile of whole numbers never exceeds: engines differ in the last bit. -#}
{% macro percentile(share, value) -%}
    round(percentile_cont({{ share }}) within group (order by {{ value }}), 1)
{%- endmacro %}
