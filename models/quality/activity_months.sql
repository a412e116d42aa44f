-- One pass over the timeline, grouped to a few hundred rows, for all measures of months and of
-- midnight. Midnight is that of the reporting zone: midnight UTC is within office hours in
-- Japan.

with

timeline as (
    select * from {{ ref('timeline') }}
),

as_of_moment as (
    select * from {{ ref('as_of_moment') }}
),

activity_months as (
    select
        timeline.activity_code,
        (year(as_of_moment.as_of_local) - year(timeline.local_at)) * 12
        + month(as_of_moment.as_of_local) - month(timeline.local_at) as months_ago,
        timeline.is_future,
        count(*) as events,
        count(*) filter (where timeline.zone_key is null) as timed,
        count(*) filter (
            where
            timeline.zone_key is null
            and timeline.local_at = cast(cast(timeline.local_at as date) as timestamp)
        ) as at_midnight
    from timeline
    cross join as_of_moment
    group by
        timeline.activity_code,
        (year(as_of_moment.as_of_local) - year(timeline.local_at)) * 12
        + month(as_of_moment.as_of_local) - month(timeline.local_at),
        timeline.is_future
)

select * from activity_months
