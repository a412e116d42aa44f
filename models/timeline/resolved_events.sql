-- A date has no time of day. A catalogued date-only event takes the latest time that day, in its
-- source's zone, of a timed event of its case that the process puts before it; so an invoice dated
-- on the day of the delivery does not seem to precede it. Decided before the sort, and only on such
-- days.

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

-- A day is that of the zone in which the date was written.
zones_of_dates as (
    select
        date_only_events.case_key,
        date_only_events.zone_key,
        attribute_values.value as time_zone
    from date_only_events
    inner join attribute_values on date_only_events.zone_key = attribute_values.value_key
    group by date_only_events.case_key, date_only_events.zone_key, attribute_values.value
),

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

-- What an event takes over: the latest time of its day with a lower rank.
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
