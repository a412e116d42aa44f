-- First to last event, events after the as-of moment included, as in duration_days.

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

timed as (
    select
        case_facts.case_key,
        case_facts.started_at,
        case_facts.started_local_at,
        case_facts.starts_date_only as started_is_date_only,
        case_facts.ended_at,
        case_facts.ended_local_at,
        case_facts.ends_date_only as ended_is_date_only,
        case_calendars.calendar,
        case_calendars.calendar_zone
    from case_facts
    inner join case_calendars on case_facts.case_key = case_calendars.case_key
),

clocked as (
    select
        *,
        {{ calendar_time('started', 'ended', 'calendar_zone') }} as started_worked_at,
        {{ calendar_time('ended', 'started', 'calendar_zone') }} as ended_worked_at
    from timed
),

worked_cases as (
    select
        clocked.case_key,
        {{ worked_days('first_day', 'started', 'last_day', 'ended') }} as business_days
    from clocked
    left join calendar_days as first_day
        on
            clocked.calendar = first_day.calendar
            and cast(clocked.started_worked_at as date) = first_day.local_date
    left join calendar_days as last_day
        on
            clocked.calendar = last_day.calendar
            and cast(clocked.ended_worked_at as date) = last_day.local_date
)

select * from worked_cases
