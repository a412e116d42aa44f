-- Within a sales method, the order of stages determines the direction. Elsewhere a return to a
-- stage is `back` and any other move is `next`. A move out of a closed deal is `reopened`. Only
-- open visits can be stalled.

with

visit_spans as (
    select * from {{ ref('visit_spans') }}
),

case_facts as (
    select * from {{ ref('case_facts') }}
),

stage_order as (
    select * from {{ ref('stage_order') }}
),

stage_limits as (
    select * from {{ ref('stage_limits') }}
),

-- Visits with their next stage and the direction of that move.
directed_visits as (
    select
        visit_spans.*,
        stages.stage,
        next_stages.stage as next_stage,
        case
            when next_stages.stage is null then null
            when visit_spans.enters_closed then 'reopened'
            when not coalesce(stages.sales_method = next_stages.sales_method, false)
                then case when visit_spans.next_is_return then 'back' else 'next' end
            when next_stages.step = stages.step + 1 then 'next'
            when next_stages.step > stages.step then 'skipped'
            else 'back'
        end as direction
    from visit_spans
    inner join stage_order as stages on visit_spans.stage_key = stages.stage_key
    left join stage_order as next_stages on visit_spans.next_stage_key = next_stages.stage_key
),

visits as (
    select
        directed_visits.case_key,
        directed_visits.visit_number,
        directed_visits.stage,
        directed_visits.entered_at,
        directed_visits.left_at,
        directed_visits.representative_key,
        directed_visits.region_key,
        directed_visits.direction,
        directed_visits.next_stage,
        directed_visits.moved_at,
        case
            when directed_visits.enters_closed
                then coalesce(
                    directed_visits.entered_outcome,
                    nullif(nullif(case_facts.outcome, 'open'), 'unknown'),
                    'next'
                )
            else coalesce(directed_visits.direction, 'open')
        end as exit,
        directed_visits.spent_us,
        directed_visits.worked_days,
        directed_visits.left_at is null as is_open,
        directed_visits.left_at is null
        and coalesce(round(directed_visits.worked_days, 9) > stage_limits.limit_days, false)
            as is_stalled
    from directed_visits
    inner join case_facts on directed_visits.case_key = case_facts.case_key
    left join stage_limits on directed_visits.stage_key = stage_limits.stage_key
)

select * from visits
