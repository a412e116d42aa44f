-- The time of a step belongs to the activity that ends it: to its phase, and to the one for whom
-- the case waited before it. All steps count, as in the duration of a case.

with

timeline as (
    select * from {{ ref('timeline') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

phase_cases as (
    select * from {{ ref('phase_cases') }}
),

case_segments as (
    select * from {{ ref('case_segments') }}
),

activity_phases as (
    select
        activity_code,
        coalesce(phase, 'other') as phase,
        coalesce(waited_for, 'unknown') as waited_for
    from activity_codes
),

-- Time per case first: a case is in one segment of each dimension.
case_times as (
    select
        timeline.case_key,
        activity_phases.phase,
        activity_phases.waited_for,
        sum(timeline.elapsed_us) as spent_us
    from timeline
    inner join phase_cases on timeline.case_key = phase_cases.case_key
    inner join activity_phases on timeline.activity_code = activity_phases.activity_code
    where timeline.event_number > 1
    group by timeline.case_key, activity_phases.phase, activity_phases.waited_for
),

phase_times as (
    select
        case_segments.segment_key,
        case_times.phase,
        case_times.waited_for,
        {{ exact_sum('case_times.spent_us') }} as total_us
    from case_times
    inner join case_segments on case_times.case_key = case_segments.case_key
    group by case_segments.segment_key, case_times.phase, case_times.waited_for
)

select * from phase_times
