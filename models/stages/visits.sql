-- Stalled is said of open visits only.

with

visit_durations as (
    select * from {{ ref('visit_durations') }}
),

stage_limits as (
    select * from {{ ref('stage_limits') }}
),

visits as (
    select
        visit_durations.*,
        visit_durations.exit = 'open' as is_open,
        visit_durations.exit = 'open'
        and coalesce(round(visit_durations.worked_days, 9) > stage_limits.limit_days, false)
            as is_stalled
    from visit_durations
    left join stage_limits on visit_durations.stage = stage_limits.stage
)

select * from visits
