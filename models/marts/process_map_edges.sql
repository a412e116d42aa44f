with

edges as (
    select * from {{ ref('edges') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

process_map_edges as (
    select
        from_activities.activity as from_activity,
        to_activities.activity as to_activity,
        edges.transition_count,
        edges.case_count,
        edges.max_per_case,
        {{ elapsed_days('edges.total_us') }} as total_days,
        {{ elapsed_days('edges.total_us') }} / edges.transition_count as mean_days,
        {{ elapsed_days('edges.median_us') }} as median_days,
        {{ elapsed_days('edges.p90_us') }} as p90_days,
        {{ elapsed_days('edges.low_us') }} as low_days,
        {{ elapsed_days('edges.high_us') }} as high_days,
        {{ elapsed_days('edges.min_us') }} as min_days,
        {{ elapsed_days('edges.max_us') }} as max_days,
        edges.value_reporting,
        cast(edges.value_day_hundredths as double) / 100 as value_days
    from edges
    inner join activity_codes as from_activities
        on edges.previous_activity_code = from_activities.activity_code
    inner join activity_codes as to_activities
        on edges.activity_code = to_activities.activity_code
)

select * from process_map_edges
