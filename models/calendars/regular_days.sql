-- The working week without holidays, as a running total of hours since Monday 1900-01-01: whole
-- weeks, then the weekdays before. Only dates near an event are listed, so a log may span any
-- years: on the clock of another zone an event falls up to two dates earlier or later.

with

calendars as (
    select * from {{ ref('calendars') }}
),

calendars_in_use as (
    select * from {{ ref('calendars_in_use') }}
),

days_off as (
    select * from {{ ref('days_off') }}
),

timeline as (
    select * from {{ ref('timeline') }}
),

as_of_moment as (
    select * from {{ ref('as_of_moment') }}
),

working_weekdays as (
    select calendars.*
    from calendars
    inner join calendars_in_use on calendars.calendar = calendars_in_use.calendar
),

happened as (
    select cast(local_at as date) as local_date from timeline
    union
    select cast(as_of_local as date) from as_of_moment
),

shifts as (
    {% for days in [-2, -1, 0, 1, 2] -%}
        select {{ days }} as days {{ 'union all' if not loop.last }}
    {% endfor %}
),

neighbours as (
    select happened.local_date + shifts.days as local_date
    from happened
    cross join shifts
    union
    select holiday_on from days_off
),

counted as (
    select
        local_date,
        {{ dates_between("cast('1900-01-01' as date)", 'local_date') }} as day_number
    from neighbours
    where local_date is not null
),

placed as (
    select
        local_date,
        cast(floor(day_number / 7.0) as bigint) as week_number,
        cast(day_number - 7 * floor(day_number / 7.0) + 1 as integer) as weekday
    from counted
),

regular_days as (
    select
        working_weekdays.calendar,
        placed.local_date,
        max(working_weekdays.normal_day_hours) as normal_day_hours,
        max(working_weekdays.opens_at_hour) filter (
            where working_weekdays.weekday = placed.weekday
        ) as opens_at_hour,
        max(working_weekdays.closes_at_hour) filter (
            where working_weekdays.weekday = placed.weekday
        ) as closes_at_hour,
        max(placed.week_number)
        * sum(working_weekdays.closes_at_hour - working_weekdays.opens_at_hour)
        + coalesce(sum(working_weekdays.closes_at_hour - working_weekdays.opens_at_hour) filter (
            where working_weekdays.weekday < placed.weekday
        ), 0) as hours_before
    from placed
    cross join working_weekdays
    group by working_weekdays.calendar, placed.local_date
)

select * from regular_days
