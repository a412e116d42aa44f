-- A system that does not say when its extract was taken says nothing about the as-of moment.

with

stg_events as (
    select * from {{ ref('stg_events') }}
),

source_systems as (
    select
        source_system,
        count(*) as landed_rows,
        max(last_data_update) as last_data_update,
        max(event_at) filter (where faults is null) as latest_event_at
    from stg_events
    group by source_system
)

select * from source_systems
