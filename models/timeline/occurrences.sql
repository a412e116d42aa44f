-- First and last time of each catalogued activity per case, for milestones, KPIs and quality
-- measures.

with

timeline as (
    select * from {{ ref('timeline') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

occurrences as (
    select
        timeline.case_key,
        timeline.activity_code,
        cast(count(*) as integer) as occurrences,
        min(timeline.event_at) as first_at,
        max(timeline.event_at) as last_at,
        min_by(timeline.local_at, timeline.event_number) as first_local_at,
        max_by(timeline.local_at, timeline.event_number) as last_local_at,
        nullif({{ packed_by('min', 'coalesce(timeline.zone_key, 0)', 'timeline.event_number') }}, 0)
            as first_zone_key,
        nullif({{ packed_by('max', 'coalesce(timeline.zone_key, 0)', 'timeline.event_number') }}, 0)
            as last_zone_key,
        min(timeline.event_number) as first_number,
        max(timeline.event_number) as last_number
    from timeline
    inner join activity_codes on timeline.activity_code = activity_codes.activity_code
    where activity_codes.is_catalogued and not timeline.is_future
    group by timeline.case_key, timeline.activity_code
)

select * from occurrences
