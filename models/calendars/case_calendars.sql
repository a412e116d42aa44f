-- Regions without a calendar use the default one. The zone is null for the reporting zone: local
-- times are then those of the timeline.

with

case_facts as (
    select * from {{ ref('case_facts') }}
),

case_attribute_values as (
    select * from {{ ref('case_attribute_values') }}
),

regions as (
    select * from {{ ref('attribute_values') }}
    where attribute = 'region'
),

region_calendars as (
    select * from {{ ref('region_calendars') }}
),

calendars_in_use as (
    select * from {{ ref('calendars_in_use') }}
),

-- Regions with their assigned calendar.
named_calendars as (
    select
        regions.value_key as region_key,
        region_calendars.calendar
    from regions
    inner join region_calendars on regions.value = region_calendars.region
    inner join calendars_in_use on region_calendars.calendar = calendars_in_use.calendar
),

case_calendars as (
    select
        case_facts.case_key,
        calendars_in_use.calendar,
        calendars_in_use.time_zone as calendar_zone
    from case_facts
    left join case_attribute_values on case_facts.case_key = case_attribute_values.case_key
    left join named_calendars on case_attribute_values.region_key = named_calendars.region_key
    left join calendars_in_use
        on coalesce(named_calendars.calendar, 'default') = calendars_in_use.calendar
)

select * from case_calendars
