-- Business days after which an open visit is stalled: the limit of the stage, else the p90 of the
-- visits of won deals if there are enough of them, else none.

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

-- Closed visits of won deals, per stage.
won_deals as (
    select
        visit_spans.stage_key,
        count(*) as n,
        round(percentile_cont(0.9) within group (order by visit_spans.worked_days), 9) as p90_days
    from visit_spans
    inner join case_facts on visit_spans.case_key = case_facts.case_key
    where case_facts.outcome = 'won' and visit_spans.left_at is not null
    group by visit_spans.stage_key
),

stage_limits as (
    select
        stage_order.stage_key,
        coalesce(
            stage_order.stalled_after_days,
            case when won_deals.n >= {{ var('minimum_cases') }} then won_deals.p90_days end
        ) as limit_days
    from stage_order
    left join won_deals on stage_order.stage_key = won_deals.stage_key
)

select * from stage_limits
