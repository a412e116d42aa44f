-- Working days after which an open visit is stalled: the stage's own limit, else the p90 of the
-- visits of won deals when there are enough of them, else none.

with

visit_spans as (
    select * from {{ ref('visit_durations') }}
),

stages as (
    select * from {{ ref('stages') }}
),

won as (
    select
        stage,
        count(*) as n,
        round(percentile_cont(0.9) within group (order by worked_days), 9) as p90_days
    from visit_spans
    where case_outcome = 'won' and exit != 'open'
    group by stage
),

stage_limits as (
    select
        coalesce(stages.stage, won.stage) as stage,
        coalesce(
            stages.stalled_after_days,
            case when won.n >= {{ var('minimum_cases') }} then won.p90_days end
        ) as limit_days
    from stages
    full outer join won on stages.stage = won.stage
)

select * from stage_limits
