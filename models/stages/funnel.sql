-- Counts are of cases: one that entered a stage twice counts once in each column. Its last visit
-- decides whether it went on, dropped out, went back or is open, so these four add up.

with

visits as (
    select * from {{ ref('visits') }}
),

-- One row per stage and case that entered it.
cases_by_stage as (
    select
        stage,
        case_key,
        bool_or(exit in ('next', 'skipped', 'won')) as has_progressed,
        bool_or(exit = 'back') as has_returned,
        bool_or(exit in ('lost', 'no_sale', 'disqualified')) as is_lost,
        bool_or(is_stalled) as is_stalled,
        count(*) filter (where exit = 'back') as return_count,
        max_by(exit, visit_number) as last_exit
    from visits
    group by stage, case_key
),

cases_per_stage as (
    select
        stage,
        count(*) as entered_cases,
        count(*) filter (where has_progressed) as progressed_cases,
        count(*) filter (where has_returned) as returned_cases,
        count(*) filter (where is_lost) as lost_cases,
        count(*) filter (where last_exit in ('next', 'skipped', 'won')) as went_on_cases,
        count(*) filter (where last_exit in ('lost', 'no_sale', 'disqualified')) as dropped_cases,
        count(*) filter (where last_exit = 'back') as went_back_cases,
        count(*) filter (where last_exit = 'open') as open_cases,
        count(*) filter (where is_stalled) as stalled_cases,
        cast(sum(return_count) as bigint) as return_count
    from cases_by_stage
    group by stage
),

-- Durations of closed visits: an open visit has no final duration.
days_per_stage as (
    select
        stage,
        {{ percentile(0.5, 'spent_us') }} as median_us,
        {{ percentile(0.9, 'spent_us') }} as p90_us
    from visits
    where not is_open
    group by stage
),

funnel as (
    select
        cases_per_stage.*,
        days_per_stage.median_us,
        days_per_stage.p90_us
    from cases_per_stage
    left join days_per_stage on cases_per_stage.stage = days_per_stage.stage
)

select * from funnel
