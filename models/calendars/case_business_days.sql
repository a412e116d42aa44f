-- Business days from the first to the last event, including events after the as-of moment, as in
-- duration_days. The age of a case that starts with a date-only event is counted on the clock of
-- the zone of that date.

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

attribute_values as (
    select * from {{ ref('attribute_values') }}
),

as_of_moment as (
    select * from {{ ref('as_of_moment') }}
),

-- Both ends of a case on one clock (macro clock_times).
cases_on_one_clock as (
    select
        case_facts.*,
        case_calendars.calendar,
        {{ clock_times('started', 'ended', 'zones.value', 'case_calendars.calendar_zone') }},
        case
            when case_facts.started_zone_key is null
                then {{ microseconds_between('case_facts.started_at', 'as_of_moment.as_of') }}
            else {{ microseconds_between(
                'case_facts.started_local_at', local_time('as_of_moment.as_of', 'zones.value')
            ) }}
        end as age_us
    from case_facts
    inner join case_calendars on case_facts.case_key = case_calendars.case_key
    cross join as_of_moment
    {{ decode(
        'coalesce(case_facts.started_zone_key, case_facts.ended_zone_key)', 'time_zone', 'zones'
    ) }}
),

case_business_days as (
    select
        cases.case_key,
        cases.age_us,
        {{ worked_days('started', 'ended') }} as business_days
    from cases_on_one_clock as cases
    {{ join_calendar_days('cases', 'started', 'ended') }}
)

select * from case_business_days
