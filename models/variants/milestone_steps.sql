-- The milestones of a path, ordered by their first event.

with

path_activities as (
    select * from {{ ref('path_activities') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
    where is_milestone
),

milestone_steps as (
    select
        path_activities.path_key,
        row_number() over milestone_path as step_number,
        path_activities.activity_code,
        path_activities.case_count,
        path_activities.occurrences,
        coalesce(
            activity_codes.activity_rank < lag(activity_codes.activity_rank) over milestone_path,
            false
        ) as is_out_of_order
    from path_activities
    inner join activity_codes on path_activities.activity_code = activity_codes.activity_code
    window milestone_path as (
        partition by path_activities.path_key order by path_activities.first_step
    )
)

select * from milestone_steps
