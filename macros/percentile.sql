{#- An exact percentile of whole numbers, interpolated as numpy does. Rounded to one decimal, which
    changes no median or ninth decile of whole numbers: engines differ in the last bit. -#}
{% macro percentile(share, value) -%}
    round(percentile_cont({{ share }}) within group (order by {{ value }}), 1)
{%- endmacro %}
