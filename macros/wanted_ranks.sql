{#- Ranks among n ordered durations: the two middle ones, the bounds of the median's 95 % interval,
    and the two around the 90th percentile (as numpy interpolates) unless `p90` is false. -#}
{% macro wanted_ranks(n, p90=true) -%}
    {%- set ranks = {
        'lower_middle': 'cast(floor((' ~ n ~ ' + 1) / 2e0) as bigint)',
        'upper_middle': 'cast(floor(' ~ n ~ ' / 2e0) as bigint) + 1',
        'low': median_rank(n, '-'),
        'high': median_rank(n, '+')
    } -%}
    {%- set place = '(9 * (' ~ n ~ ' - 1) / 10e0)' -%}
    {%- set around_p90 = {
        'below_p90': 'cast(floor' ~ place ~ ' as bigint) + 1',
        'above_p90': 'cast(ceil' ~ place ~ ' as bigint) + 1'
    } -%}
    {{ return(dict(ranks, **around_p90) if p90 else ranks) }}
{%- endmacro %}
