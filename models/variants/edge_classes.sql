-- Exact order statistics hold their values in memory, and each step counts in each dimension: too
-- much for a large log. So steps are counted by duration class, each an eighth of a power of e.

with

map_steps as (
    select * from {{ ref('map_steps') }}
),

class_counts as (
    select
        segment_key,
        edge_code,
        time_class,
        count(*) as passes,
        {{ exact_sum('elapsed_us') }} as class_us
    from map_steps
    group by segment_key, edge_code, time_class
),

edge_classes as (
    select
        segment_key,
        edge_code,
        time_class,
        passes,
        cast(sum(passes) over shorter_steps as bigint) as passes_so_far,
        cast(sum(passes) over one_edge as bigint) as all_passes,
        sum(class_us) over one_edge as total_us
    from class_counts
    window
        one_edge as (partition by segment_key, edge_code),
        shorter_steps as (
            partition by segment_key, edge_code order by time_class
            rows between unbounded preceding and current row
        )
)

select * from edge_classes
