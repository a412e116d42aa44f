-- Only what happened before the deciding outcome and before the as-of moment.

with

timeline as (
    select * from {{ ref('timeline') }}
),

case_facts as (
    select * from {{ ref('case_facts') }}
),

ladder as (
    select * from {{ ref('ladder') }}
),

stage_entries as (
    select
        timeline.case_key,
        timeline.event_number,
        timeline.stage_key,
        ladder.is_closed,
        timeline.event_at as entered_at,
        timeline.local_at as entered_local_at,
        timeline.is_date_only as entered_is_date_only,
        timeline.representative_key,
        timeline.region_key,
        row_number() over (
            partition by timeline.case_key, timeline.stage_key order by timeline.event_number
        ) > 1 as is_return
    from timeline
    inner join case_facts on timeline.case_key = case_facts.case_key
    inner join ladder on timeline.stage_key = ladder.stage_key
    where
        timeline.stage_key is distinct from timeline.previous_stage_key
        and not timeline.is_future
        and (case_facts.decided_number is null or timeline.event_number < case_facts.decided_number)
)

select * from stage_entries
