-- A view: the steps that the process map counts. A step counts once per dimension, `all` included,
-- in the segment of its case; and in `all` once more with previous activity 0 (any), as a wait for
-- its activity.

{{ config(materialized='view') }}

with

timeline as (
    select
        *,
        {{ time_class('elapsed_us') }} as time_class
    from {{ ref('timeline') }}
    where previous_activity_code is not null
),

case_segments as (
    select * from {{ ref('case_segments') }}
),

segments as (
    select * from {{ ref('segments') }}
    where dimension = 'all'
),

map_steps as (
    select
        case_segments.segment_key,
        {{ pack('timeline.previous_activity_code', 'timeline.activity_code', 16) }} as edge_code,
        timeline.case_key,
        timeline.event_number,
        timeline.elapsed_us,
        timeline.time_class
    from timeline
    inner join case_segments on timeline.case_key = case_segments.case_key
    union all
    select
        segments.segment_key,
        {{ pack('0', 'timeline.activity_code', 16) }},
        timeline.case_key,
        timeline.event_number,
        timeline.elapsed_us,
        timeline.time_class
    from timeline
    cross join segments
)

select * from map_steps
