-- Only dates near an event are listed, so that a log can span any years. On the clock of another
-- zone, the date of an event is up to two days earlier or later. Weeks count from Monday
-- 1900-01-01.

with

timeline as (
    select * from {{ ref('timeline') }}
),

as_of_moment as (
    select * from {{ ref('as_of_moment') }}
),

days_off as (
    select * from {{ ref('days_off') }}
),

event_dates as (
    select cast(local_at as date) as local_date from timeline
    union
    select cast(as_of_local as date) from as_of_moment
),

-- Two days before an event to two days after it.
day_shifts as (
    {% for days in [-2, -1, 0, 1, 2] -%}
        select {{ days }} as days {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- Holidays too: calendar_days subtracts each one before a date.
dates_near_events as (
    select event_dates.local_date + day_shifts.days as local_date
    from event_dates
    cross join day_shifts
    union
    select holiday_on from days_off
),

numbered_dates as (
    select
        local_date,
        {{ dates_between("cast('1900-01-01' as date)", 'local_date') }} as day_number
    from dates_near_events
    where local_date is not null
),

dates_in_use as (
    select
        local_date,
        cast(floor(day_number / 7.0) as bigint) as week_number,
        cast(day_number - 7 * floor(day_number / 7.0) + 1 as integer) as weekday
    from numbered_dates
)

select * from dates_in_use
