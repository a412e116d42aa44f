{#- Two whole numbers in one, ordered by `high`, then by `low`, which has at most `bits` bits
    (docs/performance.md). -#}
{% macro pack(high, low, bits=32) -%}
    cast({{ high }} as bigint) * {{ 2 ** bits }} + {{ low }}
{%- endmacro %}
