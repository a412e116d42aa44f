-- The working week without holidays, as a running total of hours since Monday 1900-01-01: whole
-- weeks, then the weekdays before. Only days that an interval may begin or end on are listed, so a
-- log may span any years. Regions may share a calendar: its weekdays are taken once.

with

calendars as (
    select * from {{ ref('calendars') }}
),

log_dates as (
    select * from {{ ref('log_dates') }}
),

working_weekdays as (
    select
        calendar,
        weekday,
        max(opens_at_hour) as opens_at_hour,
        max(closes_at_hour) as closes_at_hour,
        max(normal_day_hours) as normal_day_hours
    from calendars
    group by calendar, weekday
),

counted as (
    select
        local_date,
        {{ dates_between("cast('1900-01-01' as date)", 'local_date') }} as day_number
    from log_dates
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
