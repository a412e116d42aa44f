-- One pass over the landing, grouped to a few thousand rows: the days of events and of extracts per
-- system. A rejected row has no event time, but it can have an extract time.

with

stg_events as (
    select * from {{ ref('stg_events') }}
),

-- Rows with the days of their event and of their extract.
dated_rows as (
    select
        source_system,
        case when faults is null then event_at end as event_at,
        last_data_update,
        case when faults is null then cast(event_at as date) end as event_on,
        cast(last_data_update as date) as extracted_on
    from stg_events
),

-- Events and extracts are grouped by their own day.
grouped_rows as (
    select
        source_system,
        grouping(event_on) = 1 as is_extract,
        event_on,
        extracted_on,
        count(*) as landed_rows,
        min(event_at) as earliest_event_at,
        max(event_at) as latest_event_at,
        min(last_data_update) as earliest_extract_at,
        max(last_data_update) as latest_extract_at
    from dated_rows
    group by grouping sets ((source_system, event_on), (source_system, extracted_on))
),

source_days as (
    select
        source_system,
        is_extract,
        case when is_extract then extracted_on else event_on end as happened_on,
        landed_rows,
        case when is_extract then earliest_extract_at else earliest_event_at end as earliest_at,
        case when is_extract then latest_extract_at else latest_event_at end as latest_at
    from grouped_rows
)

select * from source_days
