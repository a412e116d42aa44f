-- Days as the rule for lead times has them; working days by the calendar of the case's region. An
-- open visit lasts until the as-of moment, of a visit that began by a date in its zone.

with

stays as (
    select * from {{ ref('stays') }}
),

cutoffs as (
    select * from {{ ref('cutoffs') }}
),

case_calendars as (
    select * from {{ ref('case_calendars') }}
),

calendar_days as (
    select * from {{ ref('calendar_days') }}
),

words as (
    select * from {{ ref('words') }}
    where attribute = 'time_zone'
),

ended as (
    select
        stays.*,
        case_calendars.calendar,
        case_calendars.calendar_zone,
        coalesce(stays.left_at, cutoffs.as_of) as ended_at,
        coalesce(stays.left_local_at, cutoffs.as_of_local) as ended_local_at,
        stays.left_zone_key as ended_zone_key
    from stays
    inner join case_calendars on stays.case_key = case_calendars.case_key
    cross join cutoffs
),

clocked as (
    select
        ended.*,
        {{ calendar_time('entered', 'ended', 'words.word', 'ended.calendar_zone') }}
            as entered_clock_at,
        {{ calendar_time('ended', 'entered', 'words.word', 'ended.calendar_zone') }}
            as ended_clock_at
    from ended
    left join words on coalesce(ended.entered_zone_key, ended.ended_zone_key) = words.word_key
),

timed_stays as (
    select
        clocked.*,
        greatest(0, {{ spent_us('entered', 'ended') }}) as spent_us,
        {{ worked_days('first_day', 'entered', 'last_day', 'ended') }} as worked_days
    from clocked
    left join calendar_days as first_day
        on
            clocked.calendar = first_day.calendar
            and cast(clocked.entered_clock_at as date) = first_day.local_date
    left join calendar_days as last_day
        on
            clocked.calendar = last_day.calendar
            and cast(clocked.ended_clock_at as date) = last_day.local_date
)

select * from timed_stays
