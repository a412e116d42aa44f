-- The only sort of the log: events of a case are ordered by time, rank of the activity and position
-- in the source. Values of the previous event are kept here, so that no later model sorts again. If
-- a case has a written stage up to the as-of moment, only written stages count: a gap takes the
-- stage before it, a gap at the start takes the first stage. Other cases use the default stages of
-- their activities.

with

resolved_events as (
    select * from {{ ref('resolved_events') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

as_of_moment as (
    select * from {{ ref('as_of_moment') }}
),

-- Events with the default stage of their activity.
events_with_defaults as (
    select
        resolved_events.*,
        resolved_events.event_at > as_of_moment.as_of as is_future,
        activity_codes.default_stage_key
    from resolved_events
    cross join as_of_moment
    inner join activity_codes on resolved_events.activity_code = activity_codes.activity_code
),

-- Previous values are the last known ones, except the resource, which can be unknown.
events_in_order as (
    select
        source_order,
        case_key,
        cast(row_number() over history as integer) as event_number,
        activity_code,
        lag(activity_code) over history as previous_activity_code,
        event_at,
        lag(event_at) over history as previous_at,
        local_at as event_local_at,
        lag(local_at) over history as previous_local_at,
        zone_key as event_zone_key,
        lag(zone_key) over history as previous_zone_key,
        is_future,
        representative_key,
        {{ ignore_nulls('lag', 'representative_key') }} over history as previous_representative_key,
        region_key,
        {{ ignore_nulls('lag', 'region_key') }} over history as previous_region_key,
        resource_key,
        lag(resource_key) over history as previous_resource_key,
        stage_key,
        {{ ignore_nulls('lag', 'stage_key') }} over history as previous_stage_key,
        {{ ignore_nulls('first_value', 'case when not is_future then stage_key end') }}
            over whole_case as first_stage_key,
        default_stage_key,
        {{ ignore_nulls('lag', 'default_stage_key') }} over history as previous_default_stage_key
    from events_with_defaults
    window
        history as (partition by case_key order by event_at, activity_rank, source_order),
        whole_case as (
            partition by case_key order by event_at, activity_rank, source_order
            rows between unbounded preceding and unbounded following
        )
),

timeline as (
    select
        source_order,
        case_key,
        event_number,
        activity_code,
        previous_activity_code,
        event_at,
        previous_at,
        {{ stamped_us('previous', 'event') }} as elapsed_us,
        event_local_at as local_at,
        previous_local_at,
        event_zone_key as zone_key,
        previous_zone_key,
        is_future,
        coalesce(representative_key, previous_representative_key) as representative_key,
        previous_representative_key,
        coalesce(region_key, previous_region_key) as region_key,
        previous_region_key,
        resource_key,
        resource_key = previous_resource_key as same_resource,
        first_stage_key is null as stage_is_derived,
        case
            when
                first_stage_key is null
                then coalesce(default_stage_key, previous_default_stage_key)
            else coalesce(stage_key, previous_stage_key, first_stage_key)
        end as stage_key,
        case
            when event_number = 1 then null
            when first_stage_key is null then previous_default_stage_key
            else coalesce(previous_stage_key, first_stage_key)
        end as previous_stage_key
    from events_in_order
)

select * from timeline
