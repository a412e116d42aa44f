-- Sales representative and region are those at the start of the step.

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

-- Each event but the first of its case, with the previous event as the start of the step.
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

-- Both ends of a step on one clock (macro clock_times).
steps_on_one_clock as (
    select
        steps.*,
        {{ clock_times('left', 'arrived', 'zones.value', 'steps.calendar_zone') }}
    from steps
    {{ decode('coalesce(steps.left_zone_key, steps.arrived_zone_key)', 'time_zone', 'zones') }}
),

transitions as (
    select
        steps.case_id,
        cast(steps.event_number as bigint) as event_number,
        left_activities.activity as from_activity,
        arrived_activities.activity as to_activity,
        steps.left_at,
        steps.arrived_at,
        {{ elapsed_days('steps.elapsed_us') }} as elapsed_days,
        {{ worked_days('left', 'arrived') }} as business_days,
        representatives.value as sales_representative,
        regions.value as region,
        steps.same_resource
    from steps_on_one_clock as steps
    inner join activity_codes as left_activities
        on steps.previous_activity_code = left_activities.activity_code
    inner join activity_codes as arrived_activities
        on steps.activity_code = arrived_activities.activity_code
    {{ decode('steps.previous_representative_key', 'sales_representative', 'representatives') }}
    {{ decode('steps.previous_region_key', 'region', 'regions') }}
    {{ join_calendar_days('steps', 'left', 'arrived') }}
)

select * from transitions
