{#- The percentile of macro percentile from the sorted list of the n values of a group: one sort
    serves several percentiles. tenths is 5 for the median, 9 for the ninth decile. -#}
{% macro sorted_percentile(values, n, tenths) -%}
    {%- set steps = tenths ~ ' * (' ~ n ~ ' - 1)' -%}
    {%- set lower = 'cast(floor(' ~ steps ~ ' / 10e0) as bigint) + 1' -%}
    {%- set upper = 'cast(ceil(' ~ steps ~ ' / 10e0) as bigint) + 1' -%}
    ((
        (10 - {{ steps }} % 10) * {{ ranked_value(values, lower) }}
        + {{ steps }} % 10 * {{ ranked_value(values, upper) }}
    ) / 10e0)
{%- endmacro %}
