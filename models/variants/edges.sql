-- Counts come from paths, durations from the timeline. A value times days is a whole number of
-- hundredths, so that the sum does not depend on the order of rows.

with

path_steps as (
    select * from {{ ref('path_steps') }}
),

timeline as (
    select * from {{ ref('timeline') }}
),

case_values as (
    select * from {{ ref('case_values') }}
),

-- Durations of all cases.
edge_times as (
    select edge_times.*
    from {{ ref('edge_times') }} as edge_times
    inner join {{ ref('segments') }} as segments on edge_times.segment_key = segments.segment_key
    where segments.dimension = 'all'
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

-- Shortest and longest step, and the value that waits, per edge.
step_times as (
    select
        timeline.previous_activity_code,
        timeline.activity_code,
        min(timeline.elapsed_us) as min_us,
        max(timeline.elapsed_us) as max_us,
        {{ exact_sum('cast(round(
            100 * cast(case_values.value_reporting as double)
            * ' ~ elapsed_days('timeline.elapsed_us') ~ '
        ) as decimal(28, 0))') }} as value_day_hundredths
    from timeline
    inner join case_values on timeline.case_key = case_values.case_key
    where timeline.previous_activity_code is not null
    group by timeline.previous_activity_code, timeline.activity_code
),

edges as (
    select
        edge_counts.*,
        edge_times.total_us,
        edge_times.median_us,
        edge_times.p90_us,
        edge_times.low_us,
        edge_times.high_us,
        step_times.min_us,
        step_times.max_us,
        step_times.value_day_hundredths
    from edge_counts
    inner join edge_times
        on
            {{ pack('edge_counts.previous_activity_code', 'edge_counts.activity_code', 16) }}
            = edge_times.edge_code
    inner join step_times
        on
            edge_counts.previous_activity_code = step_times.previous_activity_code
            and edge_counts.activity_code = step_times.activity_code
)

select * from edges
