-- Rework follows the flag of the activity: each occurrence of a `rework` activity, none of a
-- `normal` one, all but the first of any other.

with

path_steps as (
    select * from {{ ref('path_steps') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

path_activities as (
    select
        path_steps.path_key,
        path_steps.activity_code,
        max(path_steps.case_count) as case_count,
        max(path_steps.value_reporting) as value_reporting,
        count(*) as occurrences,
        count(*) filter (
            where path_steps.activity_code = path_steps.previous_activity_code
        ) as self_loops,
        min(path_steps.step_number) as first_step,
        case max(activity_codes.repeats)
            when 'rework' then count(*)
            when 'normal' then 0
            else count(*) - 1
        end as rework_events
    from path_steps
    inner join activity_codes on path_steps.activity_code = activity_codes.activity_code
    group by path_steps.path_key, path_steps.activity_code
)

select * from path_activities
