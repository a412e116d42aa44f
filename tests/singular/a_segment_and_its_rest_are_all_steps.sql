with

edge_segments as (
    select * from {{ ref('edge_segments') }}
),

segments as (
    select * from {{ ref('segments') }}
)

select
    segments.dimension,
    edge_segments.previous_activity_code,
    edge_segments.activity_code
from edge_segments
inner join segments on edge_segments.segment_key = segments.segment_key
group by
    segments.dimension, edge_segments.previous_activity_code, edge_segments.activity_code
having
    min(edge_segments.transition_count + edge_segments.rest_count)
    != sum(edge_segments.transition_count)
    or max(edge_segments.transition_count + edge_segments.rest_count)
    != sum(edge_segments.transition_count)
