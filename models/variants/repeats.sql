-- Only cases whose path has the activity twice are read.

with

timeline as (
    select * from {{ ref('timeline') }}
),

case_paths as (
    select * from {{ ref('case_paths') }}
),

path_activities as (
    select * from {{ ref('path_activities') }}
),

-- Events of an activity that its case repeats, each with the previous one of that activity.
repeatable_events as (
    select
        timeline.case_key,
        timeline.activity_code,
        timeline.event_number,
        timeline.event_at,
        timeline.local_at as event_local_at,
        timeline.zone_key as event_zone_key,
        timeline.resource_key,
        lag(timeline.event_number) over same_activity as last_number,
        lag(timeline.event_at) over same_activity as last_at,
        lag(timeline.local_at) over same_activity as last_local_at,
        lag(timeline.zone_key) over same_activity as last_zone_key,
        lag(timeline.resource_key) over same_activity as last_resource_key
    from timeline
    inner join case_paths on timeline.case_key = case_paths.case_key
    inner join path_activities
        on
            case_paths.path_key = path_activities.path_key
            and timeline.activity_code = path_activities.activity_code
    where path_activities.occurrences > 1
    window same_activity as (
        partition by timeline.case_key, timeline.activity_code order by timeline.event_number
    )
),

repeats as (
    select
        case_key,
        activity_code,
        event_number,
        event_number = last_number + 1 as is_self_loop,
        resource_key = last_resource_key as same_resource,
        {{ stamped_us('last', 'event') }} as elapsed_us
    from repeatable_events
    where last_number is not null
)

select * from repeats
