-- A date says no time of day. A catalogued date-only event takes the latest time that day, in its
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

told_once as (
    select accepted_rows.*
    from accepted_rows
    left join duplicate_rows on accepted_rows.source_order = duplicate_rows.source_order
    where duplicate_rows.source_order is null
),

dated as (
    select
        source_order,
        case_key,
        zone_key,
        cast(local_at as date) as local_date,
        activity_rank
    from told_once
    where is_date_only and is_catalogued
),

dated_zones as (
    select
        dated.case_key,
        dated.zone_key,
        attribute_values.value as time_zone
    from dated
    inner join attribute_values on dated.zone_key = attribute_values.value_key
    group by dated.case_key, dated.zone_key, attribute_values.value
),

timed as (
    select
        told_once.case_key,
        dated_zones.zone_key,
        cast({{ local_time('told_once.event_at', 'dated_zones.time_zone') }} as date) as local_date,
        told_once.activity_rank,
        max(told_once.event_at) as latest_at,
        max({{ local_time('told_once.event_at', 'dated_zones.time_zone') }}) as latest_local_at
    from told_once
    inner join dated_zones on told_once.case_key = dated_zones.case_key
    where told_once.is_catalogued and not told_once.is_date_only
    group by
        told_once.case_key,
        dated_zones.zone_key,
        cast({{ local_time('told_once.event_at', 'dated_zones.time_zone') }} as date),
        told_once.activity_rank
),

anchors as (
    select
        dated.source_order,
        max(timed.latest_at) as latest_at,
        max(timed.latest_local_at) as latest_local_at
    from dated
    inner join timed
        on
            dated.case_key = timed.case_key
            and dated.zone_key = timed.zone_key
            and dated.local_date = timed.local_date
            and dated.activity_rank > timed.activity_rank
    group by dated.source_order
),

resolved_events as (
    select
        told_once.source_order,
        told_once.case_key,
        told_once.activity_code,
        told_once.activity_rank,
        coalesce(anchors.latest_at, told_once.event_at) as event_at,
        coalesce(anchors.latest_local_at, told_once.local_at) as local_at,
        told_once.zone_key,
        told_once.stage_key,
        told_once.representative_key,
        told_once.region_key,
        told_once.resource_key
    from told_once
    left join anchors on told_once.source_order = anchors.source_order
)

select * from resolved_events
