-- First to last event, events after the as-of moment included, as in duration_days. The age of a
-- case that began by a date is counted on the clock of that date's zone.

with

case_facts as (
    select * from {{ ref('case_facts') }}
),

case_calendars as (
    select * from {{ ref('case_calendars') }}
),

calendar_days as (
    select * from {{ ref('calendar_days') }}
),

time_zones as (
    select * from {{ ref('attribute_values') }}
    where attribute = 'time_zone'
),

as_of_moment as (
    select * from {{ ref('as_of_moment') }}
),

zoned as (
    select
        case_facts.*,
        case_calendars.calendar,
        case_calendars.calendar_zone,
        time_zones.value as time_zone,
        as_of_moment.as_of
    from case_facts
    inner join case_calendars on case_facts.case_key = case_calendars.case_key
    cross join as_of_moment
    left join time_zones
        on coalesce(case_facts.started_zone_key, case_facts.ended_zone_key) = time_zones.value_key
),

clocked as (
    select
        *,
        {{ calendar_time('started', 'ended', 'time_zone', 'calendar_zone') }} as started_clock_at,
        {{ calendar_time('ended', 'started', 'time_zone', 'calendar_zone') }} as ended_clock_at,
        case
            when started_zone_key is null then {{ microseconds_between('started_at', 'as_of') }}
            else {{ microseconds_between('started_local_at', local_time('as_of', 'time_zone')) }}
        end as age_us
    from zoned
),

case_business_days as (
    select
        clocked.case_key,
        clocked.age_us,
        {{ worked_days('first_day', 'started', 'last_day', 'ended') }} as business_days
    from clocked
    left join calendar_days as first_day
        on
            clocked.calendar = first_day.calendar
            and cast(clocked.started_clock_at as date) = first_day.local_date
    left join calendar_days as last_day
        on
            clocked.calendar = last_day.calendar
            and cast(clocked.ended_clock_at as date) = last_day.local_date
)

select * from case_business_days
