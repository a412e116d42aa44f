-- A visit is a run of events in one stage. It ends with the next stage, closed ones included, or
-- with the deciding outcome; closed stages are not visited. Within a sales method the ladder of
-- stages tells the direction; elsewhere a return to a stage is back, anything else next. One window
-- tells the stage entered next and, past closed ones, that of the next visit: one sort.

with

stage_entries as (
    select * from {{ ref('stage_entries') }}
),

case_facts as (
    select * from {{ ref('case_facts') }}
),

case_profiles as (
    select * from {{ ref('case_profiles') }}
),

ladder as (
    select * from {{ ref('ladder') }}
),

followed as (
    select
        *,
        cast(count(case when not is_closed then event_number end) over so_far as integer)
            as visit_number,
        lead(stage_key) over history as entered_key,
        lead(entered_at) over history as next_at,
        lead(entered_local_at) over history as next_local_at,
        lead(entered_is_date_only) over history as next_is_date_only,
        {{ known('lead', 'case when not is_closed then stage_key end') }} over history
            as next_stage_key,
        {{ known('lead', 'case when not is_closed then is_return end') }} over history
            as next_is_return
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
        entered.is_closed as enters_closed,
        entered.outcome as entered_outcome,
        case
            when next_stages.stage is null then null
            when not coalesce(stages.sales_method = next_stages.sales_method, false)
                then case when followed.next_is_return then 'back' else 'next' end
            when next_stages.step = stages.step + 1 then 'next'
            when next_stages.step > stages.step then 'skipped'
            else 'back'
        end as direction
    from followed
    inner join ladder as stages on followed.stage_key = stages.stage_key
    left join ladder as next_stages on followed.next_stage_key = next_stages.stage_key
    left join ladder as entered on followed.entered_key = entered.stage_key
    where not followed.is_closed
),

stays as (
    select
        visited.case_key,
        visited.visit_number,
        visited.stage,
        visited.entered_at,
        visited.entered_local_at,
        visited.entered_is_date_only,
        coalesce(visited.next_at, case_profiles.decided_at) as left_at,
        coalesce(visited.next_local_at, case_profiles.decided_local_at) as left_local_at,
        case
            when visited.next_at is null then case_profiles.is_decided_date_only
            else visited.next_is_date_only
        end as left_is_date_only,
        visited.representative_key,
        visited.region_key,
        visited.direction,
        visited.next_stage,
        case_facts.outcome as case_outcome,
        case
            when visited.enters_closed
                then coalesce(
                    visited.entered_outcome,
                    nullif(nullif(case_facts.outcome, 'open'), 'unknown'),
                    'next'
                )
            when visited.entered_key is not null then visited.direction
            when case_facts.decided_number is not null then case_facts.outcome
            else 'open'
        end as exit
    from visited
    inner join case_facts on visited.case_key = case_facts.case_key
    left join case_profiles on visited.case_key = case_profiles.case_key
)

select * from stays
