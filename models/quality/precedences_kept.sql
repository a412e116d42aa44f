-- Asked of the distinct paths, not of the cases: order is all that counts.

with

path_steps as (
    select * from {{ ref('path_steps') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

precedences as (
    select * from {{ ref('precedences') }}
),

first_steps as (
    select
        path_steps.path_key,
        path_steps.activity_code,
        activity_codes.activity,
        max(path_steps.case_count) as case_count,
        min(path_steps.step_number) as step_number
    from path_steps
    inner join activity_codes on path_steps.activity_code = activity_codes.activity_code
    group by path_steps.path_key, path_steps.activity_code, activity_codes.activity
),

precedences_kept as (
    select
        first_steps.path_key,
        first_steps.activity_code,
        earlier_steps.activity_code as must_follow_code,
        first_steps.case_count,
        earlier_steps.step_number < first_steps.step_number as is_kept
    from first_steps
    inner join precedences on first_steps.activity = precedences.activity
    inner join first_steps as earlier_steps
        on
            first_steps.path_key = earlier_steps.path_key
            and precedences.must_follow = earlier_steps.activity
)

select * from precedences_kept
