-- Exact median duration per segment and edge, from the steps of the middle classes.

with

timeline as (
    select * from {{ ref('timeline') }}
),

case_segments as (
    select * from {{ ref('case_segments') }}
    where dimension != 'all'
),

edge_time_classes as (
    select * from {{ ref('edge_time_classes') }}
),

-- Steps of the middle classes; steps of equal duration are one row.
middle_steps as (
    select
        classes.segment_key,
        classes.previous_activity_code,
        classes.activity_code,
        timeline.elapsed_us,
        count(*) as passes,
        min(classes.passes_before) as passes_before,
        max(classes.all_passes) as all_passes,
        max(classes.total_us) as total_us
    from timeline
    inner join case_segments on timeline.case_key = case_segments.case_key
    inner join edge_time_classes as classes
        on
            case_segments.segment_key = classes.segment_key
            and timeline.previous_activity_code = classes.previous_activity_code
            and timeline.activity_code = classes.activity_code
            and {{ time_class('timeline.elapsed_us') }} = classes.time_class
    group by
        classes.segment_key,
        classes.previous_activity_code,
        classes.activity_code,
        timeline.elapsed_us
),

-- Number of steps of the edge that are as long or shorter.
ranked_steps as (
    select
        *,
        min(passes_before) over one_edge + sum(passes) over shorter_steps as passes_so_far
    from middle_steps
    window
        one_edge as (partition by segment_key, previous_activity_code, activity_code),
        shorter_steps as (
            partition by segment_key, previous_activity_code, activity_code order by elapsed_us
            rows between unbounded preceding and current row
        )
),

edge_times as (
    select
        segment_key,
        previous_activity_code,
        activity_code,
        (
            min(case when 2 * passes_so_far >= all_passes then elapsed_us end)
            + min(case when 2 * passes_so_far > all_passes then elapsed_us end)
        ) / cast(2 as double) as median_us,
        max(total_us) as total_us
    from ranked_steps
    group by segment_key, previous_activity_code, activity_code
)

select * from edge_times
