-- Measures of events.

with

activity_months as (
    select * from {{ ref('activity_months') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

-- Number of events per activity, of all months.
activity_sums as (
    select
        activity_codes.activity,
        activity_codes.is_catalogued,
        sum(activity_months.events) as events,
        coalesce(sum(activity_months.events) filter (where activity_months.is_future), 0) as future,
        sum(activity_months.timed) as timed,
        sum(activity_months.at_midnight) as at_midnight
    from activity_months
    inner join activity_codes on activity_months.activity_code = activity_codes.activity_code
    group by activity_codes.activity, activity_codes.is_catalogued
),

event_measures as (
    select
        'unknown_activity_share' as measure,
        coalesce(sum(events) filter (where not is_catalogued), 0) as part,
        sum(events) as whole,
        {{ first_few('activity', 'not is_catalogued') }} as examples
    from activity_sums
    union all
    select
        'future_event_share',
        sum(future),
        sum(events),
        {{ first_few('activity', 'future > 0') }}
    from activity_sums
    union all
    select
        'midnight_share',
        sum(at_midnight),
        sum(timed),
        {{ first_few('activity', 'at_midnight > 0') }}
    from activity_sums
)

select * from event_measures
