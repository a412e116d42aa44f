-- The process map per segment; a case is in the segment of its last value. Counts come from paths,
-- durations from the timeline.

with

path_steps as (
    select * from {{ ref('path_steps') }}
),

case_paths as (
    select * from {{ ref('case_paths') }}
),

edge_times as (
    select * from {{ ref('edge_times') }}
),

rest_times as (
    select * from {{ ref('rest_times') }}
),

case_segments as (
    select * from {{ ref('case_segments') }}
    where dimension != 'all'
),

-- Number of times that each path contains an edge.
path_edges as (
    select
        path_key,
        previous_activity_code,
        activity_code,
        count(*) as passes
    from path_steps
    where previous_activity_code is not null
    group by path_key, previous_activity_code, activity_code
),

-- Number of cases per path and segment.
path_segments as (
    select
        case_paths.path_key,
        case_segments.segment_key,
        count(*) as cases
    from case_paths
    inner join case_segments on case_paths.case_key = case_segments.case_key
    group by case_paths.path_key, case_segments.segment_key
),

-- Counts per segment and edge.
edge_counts as (
    select
        path_segments.segment_key,
        path_edges.previous_activity_code,
        path_edges.activity_code,
        {{ pack('path_edges.previous_activity_code', 'path_edges.activity_code', 16) }}
            as edge_code,
        cast(sum(path_edges.passes * path_segments.cases) as bigint) as transition_count,
        cast(sum(path_segments.cases) as bigint) as case_count
    from path_edges
    inner join path_segments on path_edges.path_key = path_segments.path_key
    group by path_segments.segment_key, path_edges.previous_activity_code, path_edges.activity_code
),

edge_segments as (
    select
        edge_counts.*,
        edge_times.median_us,
        edge_times.p90_us,
        edge_times.low_us,
        edge_times.high_us,
        edge_times.total_us,
        coalesce(rest_times.passes, 0) as rest_count,
        rest_times.median_us as rest_median_us,
        rest_times.low_us as rest_low_us,
        rest_times.high_us as rest_high_us
    from edge_counts
    inner join edge_times
        on
            edge_counts.segment_key = edge_times.segment_key
            and edge_counts.edge_code = edge_times.edge_code
    left join rest_times
        on
            edge_counts.segment_key = rest_times.segment_key
            and edge_counts.edge_code = rest_times.edge_code
)

select * from edge_segments
