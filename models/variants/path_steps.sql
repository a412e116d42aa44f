-- Frequencies of the process map need no scan of the log: they are those of the paths times their
-- cases.

with

paths as (
    select * from {{ ref('paths') }}
),

timeline as (
    select * from {{ ref('timeline') }}
),

path_steps as (
    select
        paths.path_key,
        paths.case_count,
        paths.value_reporting,
        timeline.event_number as step_number,
        timeline.previous_activity_code,
        timeline.activity_code
    from timeline
    inner join paths on timeline.case_key = paths.path_key
)

select * from path_steps
