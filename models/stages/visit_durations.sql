-- Days as the rule for lead times has them; working days by the calendar of the case's region. An
-- open visit lasts until the as-of moment, of a visit that began by a date in its zone.

with

visit_spans as (
    select * from {{ ref('visit_spans') }}
),

as_of_moment as (
    select * from {{ ref('as_of_moment') }}
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

ended as (
    select
        visit_spans.*,
        case_calendars.calendar,
        case_calendars.calendar_zone,
        coalesce(visit_spans.left_at, as_of_moment.as_of) as ended_at,
        coalesce(visit_spans.left_local_at, as_of_moment.as_of_local) as ended_local_at,
        visit_spans.left_zone_key as ended_zone_key
    from visit_spans
    inner join case_calendars on visit_spans.case_key = case_calendars.case_key
    cross join as_of_moment
),

clocked as (
    select
        ended.*,
        {{ calendar_time('entered', 'ended', 'time_zones.value', 'ended.calendar_zone') }}
            as entered_clock_at,
        {{ calendar_time('ended', 'entered', 'time_zones.value', 'ended.calendar_zone') }}
            as ended_clock_at
    from ended
    left join time_zones
        on coalesce(ended.entered_zone_key, ended.ended_zone_key) = time_zones.value_key
),

visit_durations as (
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

select * from visit_durations
