-- Events that open or end a visit, up to the deciding outcome and the as-of moment: a change of
-- stage, a deciding outcome, a reopening. An outcome is closed and has no stage. Other events of a
-- closed deal are ignored. A reopening has the stage of its event, or none if that stage is closed.

with

timeline as (
    select * from {{ ref('timeline') }}
),

case_facts as (
    select * from {{ ref('case_facts') }}
),

reopenings as (
    select * from {{ ref('reopenings') }}
),

stage_order as (
    select * from {{ ref('stage_order') }}
),

-- An outcome, a reopening, or a change of stage while the deal is open.
kept_events as (
    select
        timeline.*,
        case
            when timeline.event_number = case_facts.decided_number then case_facts.outcome
            when timeline.event_number = reopenings.closed_number then reopenings.closed_outcome
        end as outcome,
        coalesce(timeline.event_number = reopenings.opened_number, false) as is_reopening
    from timeline
    inner join case_facts on timeline.case_key = case_facts.case_key
    left join reopenings
        on
            timeline.case_key = reopenings.case_key
            and timeline.event_number >= reopenings.closed_number
            and timeline.event_number <= reopenings.opened_number
    where
        not timeline.is_future
        and (
            timeline.event_number in (
                case_facts.decided_number, reopenings.closed_number, reopenings.opened_number
            )
            or (
                reopenings.case_key is null
                and timeline.stage_key is distinct from timeline.previous_stage_key
                and coalesce(timeline.event_number < case_facts.decided_number, true)
            )
        )
),

stage_changes as (
    select
        kept_events.case_key,
        kept_events.event_number,
        case
            when
                kept_events.outcome is null
                and not (kept_events.is_reopening and stage_order.is_closed)
                then kept_events.stage_key
        end as stage_key,
        kept_events.outcome is not null
        or (coalesce(stage_order.is_closed, false) and not kept_events.is_reopening) as is_closed,
        coalesce(kept_events.outcome, stage_order.outcome) as outcome,
        kept_events.event_at,
        kept_events.local_at,
        kept_events.zone_key,
        kept_events.representative_key,
        kept_events.region_key
    from kept_events
    left join stage_order on kept_events.stage_key = stage_order.stage_key
)

select * from stage_changes
