-- Only what happened before the deciding outcome and before the as-of moment.

with

timeline as (
    select * from {{ ref('timeline') }}
),

case_facts as (
    select * from {{ ref('case_facts') }}
),

words as (
    select * from {{ ref('words') }}
),

stages as (
    select * from {{ ref('stages') }}
),

ladder as (
    select
        stage,
        sales_method,
        is_closed,
        outcome,
        dense_rank() over (partition by sales_method, is_closed order by rank) as step
    from stages
),

stage_entries as (
    select
        timeline.case_key,
        timeline.event_number,
        words.word as stage,
        ladder.sales_method,
        ladder.step,
        coalesce(ladder.is_closed, false) as is_closed,
        ladder.outcome as stage_outcome,
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
    inner join words on timeline.stage_key = words.word_key
    left join ladder on words.word = ladder.stage
    where
        timeline.stage_key is distinct from timeline.previous_stage_key
        and not timeline.is_future
        and (case_facts.decided_number is null or timeline.event_number < case_facts.decided_number)
)

select * from stage_entries
