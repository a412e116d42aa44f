-- A region without a calendar of its own works by the one without a region.

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

regional as (
    select
        region,
        min(calendar) as calendar
    from {{ ref('calendars') }}
    group by region
),

case_calendars as (
    select
        case_facts.case_key,
        coalesce(regional.calendar, fallback.calendar) as calendar
    from case_facts
    left join case_profiles on case_facts.case_key = case_profiles.case_key
    left join words on case_profiles.region_key = words.word_key
    left join regional on words.word = regional.region
    left join regional as fallback on fallback.region is null
)

select * from case_calendars
