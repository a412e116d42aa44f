-- Catalogued activities keep the order of the process; all others share one rank after them, so a
-- log without a catalogue keeps its file order on ties.

with

activities as (
    select * from {{ ref('activities') }}
),

stg_events as (
    select * from {{ ref('stg_events') }}
),

attribute_values as (
    select * from {{ ref('attribute_values') }}
),

-- Activities that occur in the log.
logged_activities as (
    select activity
    from stg_events
    where faults is null
    group by activity
),

-- Activities of the activity list, and those that only the log has.
all_activities as (
    select
        activities.*,
        coalesce(activities.activity, logged_activities.activity) as name
    from activities
    full outer join logged_activities on activities.activity = logged_activities.activity
),

activity_codes as (
    select
        cast(row_number() over (
            order by all_activities.rank nulls last, all_activities.name
        ) as smallint) as activity_code,
        all_activities.name as activity,
        all_activities.activity is not null as is_catalogued,
        cast(coalesce(
            all_activities.rank, max(all_activities.rank) over () + 1
        ) as smallint) as activity_rank,
        all_activities.phase,
        all_activities.outcome,
        coalesce(all_activities.repeats, 'rework_when_repeated') as repeats,
        all_activities.waited_for,
        coalesce(all_activities.is_milestone, false) as is_milestone,
        all_activities.effect,
        all_activities.invoice_sign,
        all_activities.payment_sign,
        coalesce(all_activities.implies_won, false) as implies_won,
        stages.value_key as default_stage_key
    from all_activities
    {{ encode('all_activities.default_stage', 'sales_stage', 'stages') }}
)

select * from activity_codes
