-- Working time as a running total, so that the working time between two moments is one subtraction.

with

regular_days as (
    select * from {{ ref('regular_days') }}
),

holidays as (
    select * from {{ ref('holidays') }}
),

days_off as (
    select
        regular_days.calendar,
        regular_days.local_date,
        regular_days.closes_at_hour - regular_days.opens_at_hour as hours
    from regular_days
    inner join holidays
        on
            regular_days.calendar = holidays.calendar
            and regular_days.local_date = holidays.holiday_on
),

calendar_days as (
    select
        regular_days.calendar,
        regular_days.local_date,
        cast(3600000000 * (
            max(regular_days.hours_before)
            - coalesce(sum(days_off.hours) filter (
                where days_off.local_date < regular_days.local_date
            ), 0)
        ) as bigint) as worked_before_us,
        cast(3600000000 * case
            when bool_or(days_off.local_date = regular_days.local_date) then 0
            else coalesce(max(regular_days.opens_at_hour), 0)
        end as bigint) as opens_at_us,
        cast(3600000000 * case
            when bool_or(days_off.local_date = regular_days.local_date) then 0
            else coalesce(max(regular_days.closes_at_hour), 0)
        end as bigint) as closes_at_us,
        cast(3600000000 * max(regular_days.normal_day_hours) as bigint) as normal_day_us
    from regular_days
    left join days_off
        on
            regular_days.calendar = days_off.calendar
            and regular_days.local_date >= days_off.local_date
    group by regular_days.calendar, regular_days.local_date
)

select * from calendar_days
