-- The default calendar and the calendars of regions in the log. A calendar without a country has
-- the holidays of the country of its time zone; one without a time zone uses the reporting zone.

with

calendars as (
    select * from {{ ref('calendars') }}
),

region_calendars as (
    select * from {{ ref('region_calendars') }}
),

country_zones as (
    select * from {{ ref('country_zones') }}
),

regions as (
    select * from {{ ref('attribute_values') }}
    where attribute = 'region'
),

calendar_names as (
    select 'default' as calendar
    union
    select region_calendars.calendar
    from region_calendars
    inner join regions on region_calendars.region = regions.value
),

-- The rows of a calendar are its weekdays; country and zone are the same on each.
calendars_with_zones as (
    select
        calendars.calendar,
        max(calendars.country) as country,
        coalesce(max(calendars.time_zone), '{{ var("reporting_time_zone") }}') as time_zone
    from calendars
    inner join calendar_names on calendars.calendar = calendar_names.calendar
    group by calendars.calendar
),

calendars_in_use as (
    select
        calendars_with_zones.calendar,
        coalesce(calendars_with_zones.country, country_zones.country) as country,
        nullif(calendars_with_zones.time_zone, '{{ var("reporting_time_zone") }}') as time_zone
    from calendars_with_zones
    left join country_zones on calendars_with_zones.time_zone = country_zones.time_zone
)

select * from calendars_in_use
