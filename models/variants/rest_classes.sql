-- The rest of a segment are the steps of the same edge in cases outside the segment: those of all
-- cases minus those of the segment.

with

edge_classes as (
    select * from {{ ref('edge_classes') }}
),

segments as (
    select * from {{ ref('segments') }}
),

all_classes as (
    select edge_classes.*
    from edge_classes
    inner join segments on edge_classes.segment_key = segments.segment_key
    where segments.dimension = 'all'
),

own_classes as (
    select edge_classes.*
    from edge_classes
    inner join segments on edge_classes.segment_key = segments.segment_key
    where segments.dimension != 'all'
),

segment_edges as (
    select
        segment_key,
        edge_code
    from own_classes
    group by segment_key, edge_code
),

rest_counts as (
    select
        segment_edges.segment_key,
        all_classes.edge_code,
        all_classes.time_class,
        all_classes.passes - coalesce(own_classes.passes, 0) as passes
    from segment_edges
    inner join all_classes on segment_edges.edge_code = all_classes.edge_code
    left join own_classes
        on
            segment_edges.segment_key = own_classes.segment_key
            and all_classes.edge_code = own_classes.edge_code
            and all_classes.time_class = own_classes.time_class
),

running_counts as (
    select
        *,
        cast(sum(passes) over shorter_steps as bigint) as passes_so_far,
        cast(sum(passes) over one_edge as bigint) as all_passes
    from rest_counts
    window
        one_edge as (partition by segment_key, edge_code),
        shorter_steps as (
            partition by segment_key, edge_code order by time_class
            rows between unbounded preceding and current row
        )
),

rest_classes as (
    select * from running_counts
    where {{ has_wanted_rank(p90=false) }}
)

select * from rest_classes
