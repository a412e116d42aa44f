-- A region that names no calendar works by the default one. On the clock of the reporting zone the
-- zone is null: local times are then those of the timeline.

with

case_facts as (
    select * from {{ ref('case_facts') }}
),

case_profiles as (
    select * from {{ ref('case_profiles') }}
),

words as (
    select * from {{ ref('words') }}
),

region_calendars as (
    select * from {{ ref('region_calendars') }}
),

calendars_in_use as (
    select * from {{ ref('calendars_in_use') }}
),

named as (
    select
        words.word_key as region_key,
        region_calendars.calendar
    from words
    inner join region_calendars on words.word = region_calendars.region
    inner join calendars_in_use on region_calendars.calendar = calendars_in_use.calendar
    where words.attribute = 'region'
),

case_calendars as (
    select
        case_facts.case_key,
        calendars_in_use.calendar,
        calendars_in_use.time_zone as calendar_zone
    from case_facts
    left join case_profiles on case_facts.case_key = case_profiles.case_key
    left join named on case_profiles.region_key = named.region_key
    left join calendars_in_use
        on coalesce(named.calendar, 'default') = calendars_in_use.calendar
)

select * from case_calendars
