-- Measures of events. The last complete month is compared with the var usual_months before it; a
-- log that does not reach so far back is not judged. An activity is regular when it occurred in
-- each of these months, on average often enough that a month without any is no chance.

with

activity_months as (
    select * from {{ ref('activity_months') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

activities as (
    select
        activity_codes.activity,
        activity_codes.is_catalogued,
        activity_months.months_ago between 2 and 1 + {{ var('usual_months') }} as is_usual,
        activity_months.*
    from activity_months
    inner join activity_codes on activity_months.activity_code = activity_codes.activity_code
),

totals as (
    select
        activity,
        is_catalogued,
        sum(events) as events,
        coalesce(sum(events) filter (where is_future), 0) as future,
        sum(timed) as timed,
        sum(at_midnight) as at_midnight,
        coalesce(sum(events) filter (where months_ago in (0, 1) and not is_future), 0)
            as recent_events,
        count(distinct case when is_usual then months_ago end) = {{ var('usual_months') }}
        and sum(events) filter (where is_usual) >= 2 * {{ var('minimum_cases') }} as is_regular
    from activities
    group by activity, is_catalogued
),

volumes as (
    select
        coalesce(sum(events) filter (where months_ago = 1), 0) * {{ var('usual_months') }}
            as last_events,
        case
            when
                count(distinct case when is_usual then months_ago end) = {{ var('usual_months') }}
                then sum(events) filter (where is_usual)
        end as usual_events
    from activities
    where not is_future
),

event_measures as (
    select
        'unknown_activity_share' as measure,
        coalesce(sum(events) filter (where not is_catalogued), 0) as part,
        sum(events) as whole,
        {{ first_few('activity', 'not is_catalogued') }} as examples
    from totals
    union all
    select
        'future_event_share',
        sum(future),
        sum(events),
        {{ first_few('activity', 'future > 0') }}
    from totals
    union all
    select
        'midnight_share',
        sum(at_midnight),
        sum(timed),
        {{ first_few('activity', 'at_midnight > 0') }}
    from totals
    union all
    select
        'vanished_activity_share',
        count(*) filter (where is_regular and recent_events = 0),
        count(*) filter (where is_regular),
        {{ first_few('activity', 'is_regular and recent_events = 0') }}
    from totals
    union all
    select
        'volume_drop',
        usual_events - least(last_events, usual_events),
        usual_events,
        null
    from volumes
)

select * from event_measures
