-- A visit is a run of events in one stage. It ends with the next stage or with an outcome; closed
-- stages are not visited. A reopening leads out of a closed deal. Within a sales method the order
-- of stages gives the direction; elsewhere a return to a stage is back, anything else next. One
-- window finds what was entered next and, past what is closed, the next visit: one sort.

with

stage_entries as (
    select * from {{ ref('stage_entries') }}
),

case_facts as (
    select * from {{ ref('case_facts') }}
),

stage_order as (
    select * from {{ ref('stage_order') }}
),

followed as (
    select
        *,
        cast(count(case when not is_closed then event_number end) over so_far as integer)
            as visit_number,
        lead(is_closed) over history as enters_closed,
        lead(outcome) over history as entered_outcome,
        lead(entered_at) over history as left_at,
        lead(entered_local_at) over history as left_local_at,
        lead(entered_zone_key) over history as left_zone_key,
        {{ ignore_nulls('lead', 'case when not is_closed then stage_key end') }} over history
            as next_stage_key,
        {{ ignore_nulls('lead', 'case when not is_closed then is_return end') }} over history
            as next_is_return,
        {{ ignore_nulls('lead', 'case when not is_closed then entered_at end') }} over history
            as moved_at
    from stage_entries
    window
        history as (partition by case_key order by event_number),
        so_far as (
            partition by case_key order by event_number
            rows between unbounded preceding and current row
        )
),

visited as (
    select
        followed.*,
        stages.stage,
        next_stages.stage as next_stage,
        case
            when next_stages.stage is null then null
            when followed.enters_closed then 'reopened'
            when not coalesce(stages.sales_method = next_stages.sales_method, false)
                then case when followed.next_is_return then 'back' else 'next' end
            when next_stages.step = stages.step + 1 then 'next'
            when next_stages.step > stages.step then 'skipped'
            else 'back'
        end as direction
    from followed
    inner join stage_order as stages on followed.stage_key = stages.stage_key
    left join stage_order as next_stages on followed.next_stage_key = next_stages.stage_key
    where not followed.is_closed
),

visit_spans as (
    select
        visited.case_key,
        visited.visit_number,
        visited.stage,
        visited.entered_at,
        visited.entered_local_at,
        visited.entered_zone_key,
        visited.left_at,
        visited.left_local_at,
        visited.left_zone_key,
        visited.representative_key,
        visited.region_key,
        visited.direction,
        visited.next_stage,
        visited.moved_at,
        case_facts.outcome as case_outcome,
        case
            when visited.enters_closed
                then coalesce(
                    visited.entered_outcome,
                    nullif(nullif(case_facts.outcome, 'open'), 'unknown'),
                    'next'
                )
            else coalesce(visited.direction, 'open')
        end as exit
    from visited
    inner join case_facts on visited.case_key = case_facts.case_key
)

select * from visit_spans
