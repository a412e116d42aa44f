-- Catalogued activities keep the order of the process; all unknown ones share one rank after them,
-- so a log without a catalogue keeps its file order on ties.

with

activities as (
    select * from {{ ref('activities') }}
),

stg_events as (
    select * from {{ ref('stg_events') }}
),

logged as (
    select activity
    from stg_events
    where faults is null
    group by activity
),

named as (
    select
        coalesce(activities.activity, logged.activity) as activity,
        activities.activity is not null as is_catalogued,
        activities.rank as catalogue_rank
    from activities
    full outer join logged on activities.activity = logged.activity
),

activity_codes as (
    select
        cast(row_number() over (
            order by named.catalogue_rank nulls last, named.activity
        ) as smallint) as activity_code,
        named.activity,
        named.is_catalogued,
        cast(coalesce(
            named.catalogue_rank, max(named.catalogue_rank) over () + 1
        ) as smallint) as activity_rank,
        activities.phase,
        activities.outcome,
        coalesce(activities.repeats, 'rework_when_repeated') as repeats,
        activities.effect,
        activities.invoice_sign,
        activities.payment_sign,
        coalesce(activities.implies_won, false) as implies_won,
        activities.default_stage
    from named
    left join activities on named.activity = activities.activity
)

select * from activity_codes
