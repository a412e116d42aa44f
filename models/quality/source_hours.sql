-- One pass over the landing for all measures of the clocks of systems and of the dates of files and
-- columns. `written_on` is the day as the file has it, before any zone.

with

stg_events as (
    select * from {{ ref('stg_events') }}
),

source_hours as (
    select
        import_id,
        max(source_file) as source_file,
        source_system,
        activity,
        local_date as written_on,
        hour(event_at) as hour_of_day,
        count(*) as events,
        count(*) filter (where not is_date_only) as timed,
        count(*) filter (where day(local_date) > 12) as late_days
    from stg_events
    where faults is null
    group by import_id, source_system, activity, local_date, hour(event_at)
)

select * from source_hours
