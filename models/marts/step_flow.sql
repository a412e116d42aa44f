-- With (step_number, from_activity) and (step_number + 1, to_activity) as nodes, the flow has no
-- cycle, as Sankey charts need.

with

path_steps as (
    select * from {{ ref('path_steps') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

step_flow as (
    select
        cast(path_steps.step_number - 1 as bigint) as step_number,
        from_activities.activity as from_activity,
        to_activities.activity as to_activity,
        cast(sum(path_steps.case_count) as bigint) as case_count
    from path_steps
    inner join activity_codes as from_activities
        on path_steps.previous_activity_code = from_activities.activity_code
    inner join activity_codes as to_activities
        on path_steps.activity_code = to_activities.activity_code
    group by path_steps.step_number, from_activities.activity, to_activities.activity
)

select * from step_flow
