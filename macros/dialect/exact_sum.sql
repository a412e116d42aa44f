{#- A sum of whole numbers, wide enough not to overflow, the same in any order of its rows. -#}
{% macro exact_sum(value) -%}
    cast(sum({{ value }}) as decimal(38, 0))
{%- endmacro %}
