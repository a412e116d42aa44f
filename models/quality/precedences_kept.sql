-- Checked on distinct paths, not on cases: only the order matters.

with

path_activities as (
    select * from {{ ref('path_activities') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

precedences as (
    select * from {{ ref('precedences') }}
),

-- Precedences as activity codes, so that no names are compared for each path.
coded_precedences as (
    select
        activity_codes.activity_code,
        earlier_codes.activity_code as must_follow_code
    from precedences
    inner join activity_codes on precedences.activity = activity_codes.activity
    inner join activity_codes as earlier_codes on precedences.must_follow = earlier_codes.activity
),

precedences_kept as (
    select
        steps.path_key,
        steps.activity_code,
        coded_precedences.must_follow_code,
        steps.case_count,
        earlier_steps.first_step < steps.first_step as is_kept
    from path_activities as steps
    inner join coded_precedences on steps.activity_code = coded_precedences.activity_code
    inner join path_activities as earlier_steps
        on
            steps.path_key = earlier_steps.path_key
            and coded_precedences.must_follow_code = earlier_steps.activity_code
)

select * from precedences_kept
