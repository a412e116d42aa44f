-- Public holidays of the country of a calendar, and company holidays of the calendar, of its
-- country or of all calendars.

with

calendars_in_use as (
    select * from {{ ref('calendars_in_use') }}
),

company_holidays as (
    select * from {{ ref('company_holidays') }}
),

holidays as (
    select * from {{ ref('holidays') }}
),

days_off as (
    select
        calendars_in_use.calendar,
        holidays.holiday_on
    from calendars_in_use
    inner join holidays on calendars_in_use.country = holidays.country
    union
    select
        calendars_in_use.calendar,
        company_holidays.holiday_on
    from calendars_in_use
    inner join company_holidays
        on
            coalesce(company_holidays.calendar, calendars_in_use.calendar)
            in (calendars_in_use.calendar, calendars_in_use.country)
)

select * from days_off
