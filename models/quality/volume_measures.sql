-- The last complete month compared with the months before it (var usual_months); a shorter log is
-- not judged. An activity is regular if it occurred in each of these months, and so
-- often that a month without it is unlikely to be chance.

with

activity_months as (
    select * from {{ ref('activity_months') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

-- Months, with a flag for the usual ones.
usual_months as (
    select
        activity_codes.activity,
        activity_months.*,
        activity_months.months_ago between 2 and 1 + {{ var('usual_months') }} as is_usual
    from activity_months
    inner join activity_codes on activity_months.activity_code = activity_codes.activity_code
),

-- Recent events per activity, and whether it is regular.
activity_volumes as (
    select
        activity,
        coalesce(sum(events) filter (where months_ago in (0, 1) and not is_future), 0)
            as recent_events,
        count(distinct case when is_usual then months_ago end) = {{ var('usual_months') }}
        and sum(events) filter (where is_usual) >= 2 * {{ var('minimum_cases') }} as is_regular
    from usual_months
    group by activity
),

-- Events of the last complete month, scaled to the usual months, and events of the usual months.
log_volume as (
    select
        coalesce(sum(events) filter (where months_ago = 1), 0) * {{ var('usual_months') }}
            as last_events,
        case
            when
                count(distinct case when is_usual then months_ago end) = {{ var('usual_months') }}
                then sum(events) filter (where is_usual)
        end as usual_events
    from usual_months
    where not is_future
),

volume_measures as (
    select
        'vanished_activity_share' as measure,
        count(*) filter (where is_regular and recent_events = 0) as part,
        count(*) filter (where is_regular) as whole,
        {{ first_few('activity', 'is_regular and recent_events = 0') }} as examples
    from activity_volumes
    union all
    select
        'volume_drop',
        usual_events - least(last_events, usual_events),
        usual_events,
        null
    from log_volume
)

select * from volume_measures
