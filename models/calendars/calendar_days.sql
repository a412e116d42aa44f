-- Working time as a running total, so that the working time between two moments is one subtraction.

with

regular_days as (
    select * from {{ ref('regular_days') }}
),

days_off as (
    select * from {{ ref('days_off') }}
),

days_with_holidays as (
    select
        regular_days.*,
        regular_days.closes_at_hour - regular_days.opens_at_hour as hours,
        days_off.holiday_on is not null as is_holiday
    from regular_days
    left join days_off
        on
            regular_days.calendar = days_off.calendar
            and regular_days.local_date = days_off.holiday_on
),

calendar_days as (
    select
        calendar,
        local_date,
        cast(3600000000 * (
            hours_before - coalesce(sum(case when is_holiday then hours end) over so_far, 0)
        ) as bigint) as worked_before_us,
        cast(3600000000 * case
            when is_holiday then 0 else coalesce(opens_at_hour, 0)
        end as bigint) as opens_at_us,
        cast(3600000000 * case
            when is_holiday then 0 else coalesce(closes_at_hour, 0)
        end as bigint) as closes_at_us,
        cast(3600000000 * normal_day_hours as bigint) as normal_day_us
    from days_with_holidays
    window so_far as (
        partition by calendar order by local_date
        rows between unbounded preceding and 1 preceding
    )
)

select * from calendar_days
