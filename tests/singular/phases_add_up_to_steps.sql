with

phase_sums as (
    select
        segment_key,
        sum(total_us) as total_us
    from {{ ref('phase_times') }}
    group by segment_key
),

-- Time of all steps per case of the population.
case_sums as (
    select
        timeline.case_key,
        sum(timeline.elapsed_us) as total_us
    from {{ ref('timeline') }} as timeline
    inner join {{ ref('phase_cases') }} as phase_cases
        on timeline.case_key = phase_cases.case_key
    where timeline.event_number > 1
    group by timeline.case_key
),

step_sums as (
    select
        case_segments.segment_key,
        {{ exact_sum('case_sums.total_us') }} as total_us
    from case_sums
    inner join {{ ref('case_segments') }} as case_segments
        on case_sums.case_key = case_segments.case_key
    group by case_segments.segment_key
)

select
    step_sums.segment_key,
    phase_sums.total_us as us_of_phases,
    step_sums.total_us as us_of_steps
from step_sums
full outer join phase_sums on step_sums.segment_key = phase_sums.segment_key
where phase_sums.total_us is distinct from step_sums.total_us
