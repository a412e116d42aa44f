-- Cases that begin or end in a year for which their calendar has no holidays: public holidays then
-- count as working days.

with

case_facts as (
    select * from {{ ref('case_facts') }}
),

case_calendars as (
    select * from {{ ref('case_calendars') }}
),

days_off as (
    select * from {{ ref('days_off') }}
),

-- Years for which a calendar has holidays.
known_years as (
    select
        calendar,
        year(holiday_on) as known_year
    from days_off
    group by calendar, year(holiday_on)
),

-- Number of cases by calendar, first year and last year.
case_years as (
    select
        case_calendars.calendar,
        year(case_facts.started_local_at) as first_year,
        year(case_facts.ended_local_at) as last_year,
        count(*) as cases
    from case_facts
    inner join case_calendars on case_facts.case_key = case_calendars.case_key
    group by
        case_calendars.calendar,
        year(case_facts.started_local_at),
        year(case_facts.ended_local_at)
),

-- `is_unknown`: the calendar has no holiday in the first or the last year.
judged_years as (
    select
        concat(
            case_years.calendar, ' ',
            case
                when began.known_year is null then case_years.first_year
                else case_years.last_year
            end
        ) as example,
        began.known_year is null or ended.known_year is null as is_unknown,
        sum(case_years.cases) as cases
    from case_years
    left join known_years as began
        on case_years.calendar = began.calendar and case_years.first_year = began.known_year
    left join known_years as ended
        on case_years.calendar = ended.calendar and case_years.last_year = ended.known_year
    group by all
),

calendar_measures as (
    select
        'unknown_holiday_share' as measure,
        coalesce(sum(cases) filter (where is_unknown), 0) as part,
        sum(cases) as whole,
        {{ first_few('example', 'is_unknown') }} as examples
    from judged_years
)

select * from calendar_measures
