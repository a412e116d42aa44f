-- Events far from the rest of their system. An early one is rejected, because it would make a case
-- years longer; a late one is kept as a future event.

with

stg_events as (
    select * from {{ ref('stg_events') }}
),

source_systems as (
    select * from {{ ref('source_systems') }}
    where has_strays
),

as_of_moment as (
    select * from {{ ref('as_of_moment') }}
),

stray_rows as (
    select
        stg_events.source_order,
        stg_events.import_id,
        stg_events.event_at < source_systems.earliest_event_at as is_early
    from stg_events
    inner join source_systems on stg_events.source_system = source_systems.source_system
    cross join as_of_moment
    where
        stg_events.faults is null
        and (
            stg_events.event_at < source_systems.earliest_event_at
            or stg_events.event_at > greatest(source_systems.latest_event_at, as_of_moment.as_of)
        )
)

select * from stray_rows
