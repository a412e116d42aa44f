-- The owner and the region are those at the start of the step.

with

timeline as (
    select * from {{ ref('timeline') }}
),

case_names as (
    select * from {{ ref('case_names') }}
),

case_calendars as (
    select * from {{ ref('case_calendars') }}
),

calendar_days as (
    select * from {{ ref('calendar_days') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

attribute_values as (
    select * from {{ ref('attribute_values') }}
),

time_zones as (
    select * from {{ ref('attribute_values') }}
    where attribute = 'time_zone'
),

steps as (
    select
        timeline.*,
        timeline.event_at as arrived_at,
        timeline.local_at as arrived_local_at,
        timeline.zone_key as arrived_zone_key,
        timeline.previous_at as left_at,
        timeline.previous_local_at as left_local_at,
        timeline.previous_zone_key as left_zone_key,
        case_names.case_id,
        case_calendars.calendar,
        case_calendars.calendar_zone
    from timeline
    inner join case_names on timeline.case_key = case_names.case_key
    inner join case_calendars on timeline.case_key = case_calendars.case_key
    where timeline.event_number > 1
),

clocked as (
    select
        steps.*,
        {{ calendar_time('left', 'arrived', 'time_zones.value', 'steps.calendar_zone') }}
            as left_clock_at,
        {{ calendar_time('arrived', 'left', 'time_zones.value', 'steps.calendar_zone') }}
            as arrived_clock_at
    from steps
    left join time_zones
        on coalesce(steps.left_zone_key, steps.arrived_zone_key) = time_zones.value_key
),

transitions as (
    select
        clocked.case_id,
        cast(clocked.event_number as bigint) as event_number,
        left_activities.activity as from_activity,
        arrived_activities.activity as to_activity,
        clocked.left_at,
        clocked.arrived_at,
        {{ elapsed_days('clocked.elapsed_us') }} as elapsed_days,
        {{ worked_days('first_day', 'left', 'last_day', 'arrived') }} as business_days,
        representatives.value as sales_representative,
        regions.value as region,
        clocked.same_resource
    from clocked
    inner join activity_codes as left_activities
        on clocked.previous_activity_code = left_activities.activity_code
    inner join activity_codes as arrived_activities
        on clocked.activity_code = arrived_activities.activity_code
    left join attribute_values as representatives
        on
            clocked.previous_representative_key = representatives.value_key
            and representatives.attribute = 'sales_representative'
    left join attribute_values as regions
        on clocked.previous_region_key = regions.value_key and regions.attribute = 'region'
    left join calendar_days as first_day
        on
            clocked.calendar = first_day.calendar
            and cast(clocked.left_clock_at as date) = first_day.local_date
    left join calendar_days as last_day
        on
            clocked.calendar = last_day.calendar
            and cast(clocked.arrived_clock_at as date) = last_day.local_date
)

select * from transitions
