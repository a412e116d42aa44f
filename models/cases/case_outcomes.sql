-- The latest event with an outcome decides. Without one, the first order, fulfilment, invoice or
-- payment implies won. Future events are ignored, and a reopened deal is open.

with

timeline as (
    select * from {{ ref('timeline') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

-- Events that set an outcome or imply a won deal.
outcome_events as (
    select
        timeline.case_key,
        timeline.event_number,
        timeline.event_at,
        timeline.local_at,
        activity_codes.outcome,
        activity_codes.implies_won
    from timeline
    inner join activity_codes on timeline.activity_code = activity_codes.activity_code
    where
        not timeline.is_future
        and (activity_codes.outcome is not null or activity_codes.implies_won)
),

-- The numbers of the events that can decide, per case.
last_outcomes as (
    select
        case_key,
        max_by(outcome, event_number) filter (where outcome is not null) as given_outcome,
        max(event_number) filter (where outcome is not null) as given_number,
        max(event_number) filter (where outcome = 'open') as reopened_number,
        min(event_number) filter (where implies_won) as implied_number
    from outcome_events
    group by case_key
),

-- The last outcome wins; an implied one counts only without any.
decisions as (
    select
        case_key,
        coalesce(given_outcome, 'won') as outcome,
        given_outcome is null as is_derived,
        case
            when coalesce(given_outcome != 'open', true) then coalesce(given_number, implied_number)
        end as decided_number,
        reopened_number
    from last_outcomes
),

case_outcomes as (
    select
        decisions.*,
        outcome_events.event_at as decided_at,
        outcome_events.local_at as decided_local_at
    from decisions
    left join outcome_events
        on
            decisions.case_key = outcome_events.case_key
            and decisions.decided_number = outcome_events.event_number
)

select * from case_outcomes
