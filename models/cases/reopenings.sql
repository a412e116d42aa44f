-- A closed period of a deal lasts from the last outcome before a reopening to the reopening. A
-- reopening event of a deal that was not closed is ignored.

with

timeline as (
    select * from {{ ref('timeline') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

case_facts as (
    select * from {{ ref('case_facts') }}
),

-- Events with an outcome, each with the outcome before it.
outcome_events as (
    select
        timeline.case_key,
        timeline.event_number,
        activity_codes.outcome,
        lag(timeline.event_number) over history as closed_number,
        lag(activity_codes.outcome) over history as closed_outcome
    from timeline
    inner join activity_codes on timeline.activity_code = activity_codes.activity_code
    inner join case_facts on timeline.case_key = case_facts.case_key
    where
        activity_codes.outcome is not null
        and case_facts.reopened_number is not null
        and not timeline.is_future
    window history as (partition by timeline.case_key order by timeline.event_number)
),

reopenings as (
    select
        case_key,
        event_number as opened_number,
        closed_number,
        closed_outcome
    from outcome_events
    where outcome = 'open' and closed_outcome != 'open'
)

select * from reopenings
