-- Counts come from paths, durations from the timeline.

with

path_steps as (
    select * from {{ ref('path_steps') }}
),

timeline as (
    select * from {{ ref('timeline') }}
),

-- Number of times that each path contains an edge.
path_edges as (
    select
        previous_activity_code,
        activity_code,
        path_key,
        count(*) as passes,
        max(case_count) as case_count,
        max(value_reporting) as value_reporting
    from path_steps
    where previous_activity_code is not null
    group by previous_activity_code, activity_code, path_key
),

-- Counts per edge: those of a path times its cases.
edge_counts as (
    select
        previous_activity_code,
        activity_code,
        cast(sum(passes * case_count) as bigint) as transition_count,
        cast(sum(case_count) as bigint) as case_count,
        cast(max(passes) as bigint) as max_per_case,
        cast(sum(value_reporting) as decimal(28, 4)) as value_reporting
    from path_edges
    group by previous_activity_code, activity_code
),

-- Durations per edge.
step_times as (
    select
        previous_activity_code,
        activity_code,
        {{ exact_sum('elapsed_us') }} as total_us,
        {{ percentile(0.5, 'elapsed_us') }} as median_us,
        {{ percentile(0.9, 'elapsed_us') }} as p90_us,
        min(elapsed_us) as min_us,
        max(elapsed_us) as max_us
    from timeline
    where previous_activity_code is not null
    group by previous_activity_code, activity_code
),

edges as (
    select
        edge_counts.*,
        step_times.total_us,
        step_times.median_us,
        step_times.p90_us,
        step_times.min_us,
        step_times.max_us
    from edge_counts
    inner join step_times
        on
            edge_counts.previous_activity_code = step_times.previous_activity_code
            and edge_counts.activity_code = step_times.activity_code
)

select * from edges
