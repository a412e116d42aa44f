-- The working week without holidays, as a running total of hours since Monday 1900-01-01: whole weeks,
-- then the weekdays before. Only days on which something happened are listed, so a log may span any years.

with

calendars as (
    select * from {{ ref('calendars') }}
),

holidays as (
    select * from {{ ref('holidays') }}
),

timeline as (
    select * from {{ ref('timeline') }}
),

cutoffs as (
    select * from {{ ref('cutoffs') }}
),

happened as (
    select cast(local_at as date) as local_date from timeline
    union
    select cast(as_of_local as date) from cutoffs
    union
    select holiday_on from holidays
),

counted as (
    select
        local_date,
        {{ dates_between("cast('1900-01-01' as date)", 'local_date') }} as day_number
    from happened
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
        calendars.calendar,
        placed.local_date,
        max(calendars.normal_day_hours) as normal_day_hours,
        max(calendars.opens_at_hour) filter (
            where calendars.weekday = placed.weekday
        ) as opens_at_hour,
        max(calendars.closes_at_hour) filter (
            where calendars.weekday = placed.weekday
        ) as closes_at_hour,
        max(placed.week_number) * sum(calendars.closes_at_hour - calendars.opens_at_hour)
        + coalesce(sum(calendars.closes_at_hour - calendars.opens_at_hour) filter (
            where calendars.weekday < placed.weekday
        ), 0) as hours_before
    from placed
    cross join calendars
    group by calendars.calendar, placed.local_date
)

select * from regular_days
