-- A date-only event has no time of day. If it is catalogued, it takes the latest time on its day,
-- in the zone of its source, of a timed event of its case with a lower rank, so that an invoice
-- dated on the day of delivery does not precede the delivery. This happens before the sort, and
-- only for days with such events.

with

accepted_rows as (
    select * from {{ ref('accepted_rows') }}
),

duplicate_rows as (
    select * from {{ ref('duplicate_rows') }}
),

attribute_values as (
    select * from {{ ref('attribute_values') }}
),

-- Accepted rows without the repeats of another import.
distinct_rows as (
    select accepted_rows.*
    from accepted_rows
    left join duplicate_rows on accepted_rows.source_order = duplicate_rows.source_order
    where duplicate_rows.source_order is null
),

-- Catalogued date-only events with their day.
date_only_events as (
    select
        source_order,
        case_key,
        zone_key,
        cast(local_at as date) as local_date,
        activity_rank
    from distinct_rows
    where is_date_only and is_catalogued
),

-- The zones in which the dates of a case were written: a day is a day of its zone.
zones_of_dates as (
    select
        date_only_events.case_key,
        date_only_events.zone_key,
        attribute_values.value as time_zone
    from date_only_events
    inner join attribute_values on date_only_events.zone_key = attribute_values.value_key
    group by date_only_events.case_key, date_only_events.zone_key, attribute_values.value
),

-- Timed events of the same cases, on the clock of each of these zones.
timed_events as (
    select
        distinct_rows.case_key,
        distinct_rows.activity_rank,
        distinct_rows.event_at,
        zones_of_dates.zone_key,
        {{ local_time('distinct_rows.event_at', 'zones_of_dates.time_zone') }} as local_at
    from distinct_rows
    inner join zones_of_dates on distinct_rows.case_key = zones_of_dates.case_key
    where distinct_rows.is_catalogued and not distinct_rows.is_date_only
),

-- The latest timed event per day and rank, so that a day of 50,000 events stays linear.
day_ends as (
    select
        case_key,
        zone_key,
        cast(local_at as date) as local_date,
        activity_rank,
        max(event_at) as latest_at,
        max(local_at) as latest_local_at
    from timed_events
    group by case_key, zone_key, cast(local_at as date), activity_rank
),

-- The time that a date-only event takes: the latest of its day with a lower rank.
resolved_times as (
    select
        date_only_events.source_order,
        max(day_ends.latest_at) as latest_at,
        max(day_ends.latest_local_at) as latest_local_at
    from date_only_events
    inner join day_ends
        on
            date_only_events.case_key = day_ends.case_key
            and date_only_events.zone_key = day_ends.zone_key
            and date_only_events.local_date = day_ends.local_date
            and date_only_events.activity_rank > day_ends.activity_rank
    group by date_only_events.source_order
),

resolved_events as (
    select
        distinct_rows.source_order,
        distinct_rows.case_key,
        distinct_rows.activity_code,
        distinct_rows.activity_rank,
        coalesce(resolved_times.latest_at, distinct_rows.event_at) as event_at,
        coalesce(resolved_times.latest_local_at, distinct_rows.local_at) as local_at,
        distinct_rows.zone_key,
        distinct_rows.stage_key,
        distinct_rows.representative_key,
        distinct_rows.region_key,
        distinct_rows.resource_key
    from distinct_rows
    left join resolved_times on distinct_rows.source_order = resolved_times.source_order
)

select * from resolved_events
