with

edge_segments as (
    select * from {{ ref('edge_segments') }}
),

segments as (
    select * from {{ ref('segments') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

process_map_segments as (
    select
        segments.dimension,
        segments.segment,
        from_activities.activity as from_activity,
        to_activities.activity as to_activity,
        edge_segments.transition_count,
        edge_segments.case_count,
        {{ elapsed_days('edge_segments.median_us') }} as median_days,
        {{ elapsed_days('edge_segments.p90_us') }} as p90_days,
        {{ elapsed_days('edge_segments.low_us') }} as low_days,
        {{ elapsed_days('edge_segments.high_us') }} as high_days,
        {{ elapsed_days('edge_segments.total_us') }} as total_days,
        edge_segments.rest_count,
        {{ elapsed_days('edge_segments.rest_median_us') }} as rest_median_days,
        {{ elapsed_days('edge_segments.rest_low_us') }} as rest_low_days,
        {{ elapsed_days('edge_segments.rest_high_us') }} as rest_high_days
    from edge_segments
    inner join segments on edge_segments.segment_key = segments.segment_key
    inner join activity_codes as from_activities
        on edge_segments.previous_activity_code = from_activities.activity_code
    inner join activity_codes as to_activities
        on edge_segments.activity_code = to_activities.activity_code
)

select * from process_map_segments
