-- rework_case_count keeps pm4py's meaning: cases in which the activity occurs twice or more.

with

path_activities as (
    select * from {{ ref('path_activities') }}
),

-- The last activity of each path.
path_ends as (
    select
        paths.path_key,
        path_steps.activity_code
    from {{ ref('paths') }} as paths
    inner join {{ ref('path_steps') }} as path_steps
        on
            paths.path_key = path_steps.path_key
            and paths.event_count = path_steps.step_number
),

-- Position of an event between the first (0) and the last (1) of its case, in millionths.
positions as (
    select
        path_steps.activity_code,
        cast(sum(path_steps.case_count * cast(floor(
            1000000 * cast(path_steps.step_number - 1 as bigint)
            / cast(greatest(paths.event_count - 1, 1) as double)
        ) as bigint)) as bigint) as position_millionths
    from {{ ref('paths') }} as paths
    inner join {{ ref('path_steps') }} as path_steps on paths.path_key = path_steps.path_key
    group by path_steps.activity_code
),

nodes as (
    select
        path_activities.activity_code,
        cast(sum(path_activities.occurrences * path_activities.case_count) as bigint)
            as event_count,
        cast(sum(path_activities.case_count) as bigint) as case_count,
        cast(max(path_activities.occurrences) as bigint) as max_per_case,
        cast(coalesce(
            sum(path_activities.case_count) filter (where path_activities.first_step = 1), 0
        ) as bigint) as start_count,
        cast(coalesce(
            sum(path_activities.case_count) filter (where path_ends.path_key is not null), 0
        ) as bigint) as end_count,
        cast(sum(path_activities.self_loops * path_activities.case_count) as bigint)
            as self_loop_count,
        cast(coalesce(
            sum(path_activities.case_count) filter (where path_activities.occurrences > 1), 0
        ) as bigint) as rework_case_count,
        max(positions.position_millionths) as position_millionths,
        cast(sum(path_activities.value_reporting) as decimal(28, 4)) as value_reporting
    from path_activities
    inner join positions on path_activities.activity_code = positions.activity_code
    left join path_ends
        on
            path_activities.path_key = path_ends.path_key
            and path_activities.activity_code = path_ends.activity_code
    group by path_activities.activity_code
)

select * from nodes
