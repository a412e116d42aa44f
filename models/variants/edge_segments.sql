-- The map cut by every dimension; a case belongs to the segment of its last value.

with

timeline as (
    select * from {{ ref('timeline') }}
),

case_segments as (
    select * from {{ ref('case_segments') }}
),

edge_segments as (
    select
        case_segments.segment_key,
        timeline.previous_activity_code,
        timeline.activity_code,
        count(*) as transition_count,
        count(distinct timeline.case_key) as case_count,
        {{ percentile(0.5, 'timeline.elapsed_us') }} as median_us,
        {{ exact_sum('timeline.elapsed_us') }} as total_us
    from timeline
    inner join case_segments on timeline.case_key = case_segments.case_key
    where timeline.previous_activity_code is not null
    group by
        case_segments.segment_key, timeline.previous_activity_code, timeline.activity_code
)

select * from edge_segments
