with

nodes as (
    select * from {{ ref('nodes') }}
),

waits as (
    select * from {{ ref('waits') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

process_map_nodes as (
    select
        activity_codes.activity,
        nodes.event_count,
        nodes.case_count,
        nodes.max_per_case,
        nodes.start_count,
        nodes.end_count,
        nodes.self_loop_count,
        nodes.rework_case_count,
        cast(nodes.position_millionths as double) / (1000000 * nodes.event_count) as mean_position,
        activity_codes.waited_for,
        coalesce(waits.passes, 0) as wait_count,
        {{ elapsed_days('waits.median_us') }} as wait_median_days,
        {{ elapsed_days('waits.p90_us') }} as wait_p90_days,
        {{ elapsed_days('waits.low_us') }} as wait_low_days,
        {{ elapsed_days('waits.high_us') }} as wait_high_days,
        {{ elapsed_days('coalesce(waits.total_us, 0)') }} as wait_total_days,
        cast(waits.value_day_hundredths as double) / 100 as wait_value_days,
        nodes.value_reporting
    from nodes
    left join waits on nodes.activity_code = waits.activity_code
    inner join activity_codes on nodes.activity_code = activity_codes.activity_code
)

select * from process_map_nodes
