-- The phases of a segment add up to the mean duration of its cases.

with

phase_times as (
    select * from {{ ref('phase_times') }}
),

phase_cases as (
    select * from {{ ref('phase_cases') }}
),

case_segments as (
    select * from {{ ref('case_segments') }}
),

segments as (
    select * from {{ ref('segments') }}
),

-- Number of cases of each segment, with and without steps.
segment_counts as (
    select
        phase_cases.population,
        case_segments.segment_key,
        count(*) as n
    from phase_cases
    inner join case_segments on phase_cases.case_key = case_segments.case_key
    group by phase_cases.population, case_segments.segment_key
),

segment_times as (
    select
        segment_key,
        sum(total_us) as total_us
    from phase_times
    group by segment_key
),

phase_durations as (
    select
        segment_counts.population,
        segments.dimension,
        segments.segment,
        phase_times.phase,
        phase_times.waited_for,
        {{ elapsed_days('phase_times.total_us') }} / segment_counts.n as mean_days,
        cast(phase_times.total_us as double) / nullif(cast(segment_times.total_us as double), 0)
            as share,
        segment_counts.n
    from phase_times
    inner join segment_counts on phase_times.segment_key = segment_counts.segment_key
    inner join segment_times on phase_times.segment_key = segment_times.segment_key
    inner join segments on phase_times.segment_key = segments.segment_key
)

select * from phase_durations
