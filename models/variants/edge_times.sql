-- Exact median with its interval and 90th percentile per segment and edge, from the steps of the
-- classes that contain these ranks.

with

map_steps as (
    select * from {{ ref('map_steps') }}
),

wanted_classes as (
    select * from {{ ref('edge_classes') }}
    where {{ has_wanted_rank() }}
),

-- Steps of these classes; steps of equal duration are one row.
wanted_steps as (
    select
        classes.segment_key,
        classes.edge_code,
        classes.time_class,
        map_steps.elapsed_us,
        count(*) as passes,
        max(classes.passes_so_far - classes.passes) as passes_before,
        max(classes.all_passes) as all_passes,
        max(classes.total_us) as total_us
    from map_steps
    inner join wanted_classes as classes
        on
            map_steps.segment_key = classes.segment_key
            and map_steps.edge_code = classes.edge_code
            and map_steps.time_class = classes.time_class
    group by classes.segment_key, classes.edge_code, classes.time_class, map_steps.elapsed_us
),

-- Number of steps of the edge that are as long or shorter.
ranked_steps as (
    select
        *,
        passes_before + sum(passes) over shorter_steps as passes_so_far
    from wanted_steps
    window shorter_steps as (
        partition by segment_key, edge_code, time_class order by elapsed_us
        rows between unbounded preceding and current row
    )
),

steps_at_ranks as (
    select
        segment_key,
        edge_code,
        max(all_passes) as passes,
        {% for name, rank in wanted_ranks('all_passes').items() -%}
            min(case when passes_so_far >= {{ rank }} then elapsed_us end) as {{ name }}_us,
        {% endfor -%}
        max(total_us) as total_us
    from ranked_steps
    group by segment_key, edge_code
),

-- The 90th percentile lies at some tenths between its two steps.
edge_times as (
    select
        segment_key,
        edge_code,
        passes,
        (lower_middle_us + upper_middle_us) / cast(2 as double) as median_us,
        (
            10 * below_p90_us + 9 * (passes - 1) % 10 * (above_p90_us - below_p90_us)
        ) / cast(10 as double) as p90_us,
        low_us,
        high_us,
        total_us
    from steps_at_ranks
)

select * from edge_times
