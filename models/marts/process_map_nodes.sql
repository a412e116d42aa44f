with

nodes as (
    select * from {{ ref('nodes') }}
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
        nodes.rework_case_count
    from nodes
    inner join activity_codes on nodes.activity_code = activity_codes.activity_code
)

select * from process_map_nodes
