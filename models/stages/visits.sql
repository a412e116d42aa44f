-- Stalled is said of open visits only.

with

timed_stays as (
    select * from {{ ref('timed_stays') }}
),

stage_limits as (
    select * from {{ ref('stage_limits') }}
),

visits as (
    select
        timed_stays.*,
        timed_stays.exit = 'open' as is_open,
        timed_stays.exit = 'open'
        and coalesce(round(timed_stays.worked_days, 9) > stage_limits.limit_days, false)
            as is_stalled
    from timed_stays
    left join stage_limits on timed_stays.stage = stage_limits.stage
)

select * from visits
