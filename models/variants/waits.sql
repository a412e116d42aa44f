-- Every step is a wait for the activity at its end.

with

edges as (
    select * from {{ ref('edges') }}
),

edge_times as (
    select * from {{ ref('edge_times') }}
),

value_days as (
    select
        activity_code,
        {{ exact_sum('value_day_hundredths') }} as value_day_hundredths
    from edges
    group by activity_code
),

waits as (
    select
        value_days.activity_code,
        edge_times.passes,
        edge_times.median_us,
        edge_times.p90_us,
        edge_times.low_us,
        edge_times.high_us,
        edge_times.total_us,
        value_days.value_day_hundredths
    from value_days
    inner join edge_times
        on {{ pack('0', 'value_days.activity_code', 16) }} = edge_times.edge_code
)

select * from waits
