-- Regular working hours as a running total since Monday 1900-01-01, without regard to holidays:
-- whole weeks, then the earlier weekdays of the week.

with

calendars as (
    select * from {{ ref('calendars') }}
),

calendars_in_use as (
    select * from {{ ref('calendars_in_use') }}
),

dates_in_use as (
    select * from {{ ref('dates_in_use') }}
),

-- One row per calendar in use and weekday on which it works.
working_weekdays as (
    select calendars.*
    from calendars
    inner join calendars_in_use on calendars.calendar = calendars_in_use.calendar
),

regular_days as (
    select
        working_weekdays.calendar,
        dates_in_use.local_date,
        max(working_weekdays.normal_day_hours) as normal_day_hours,
        max(working_weekdays.opens_at_hour) filter (
            where working_weekdays.weekday = dates_in_use.weekday
        ) as opens_at_hour,
        max(working_weekdays.closes_at_hour) filter (
            where working_weekdays.weekday = dates_in_use.weekday
        ) as closes_at_hour,
        max(dates_in_use.week_number)
        * sum(working_weekdays.closes_at_hour - working_weekdays.opens_at_hour)
        + coalesce(sum(working_weekdays.closes_at_hour - working_weekdays.opens_at_hour) filter (
            where working_weekdays.weekday < dates_in_use.weekday
        ), 0) as hours_before
    from dates_in_use
    cross join working_weekdays
    group by working_weekdays.calendar, dates_in_use.local_date
)

select * from regular_days
