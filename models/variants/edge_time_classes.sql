-- An exact median holds its values in memory, and each step counts in each dimension: too much for
-- a large log. So steps are counted by duration class, each an eighth of a power of e. The median
-- is in the one or two classes that contain the middle step.

with

timeline as (
    select * from {{ ref('timeline') }}
),

case_segments as (
    select * from {{ ref('case_segments') }}
    where dimension != 'all'
),

-- Number and sum of the steps of each class.
class_counts as (
    select
        case_segments.segment_key,
        timeline.previous_activity_code,
        timeline.activity_code,
        {{ time_class('timeline.elapsed_us') }} as time_class,
        count(*) as passes,
        {{ exact_sum('timeline.elapsed_us') }} as total_us
    from timeline
    inner join case_segments on timeline.case_key = case_segments.case_key
    where timeline.previous_activity_code is not null
    group by
        case_segments.segment_key,
        timeline.previous_activity_code,
        timeline.activity_code,
        {{ time_class('timeline.elapsed_us') }}
),

-- Number of steps up to and including each class, and in all classes.
running_counts as (
    select
        segment_key,
        previous_activity_code,
        activity_code,
        time_class,
        passes,
        sum(passes) over shorter_steps as passes_so_far,
        sum(passes) over one_edge as all_passes,
        sum(total_us) over one_edge as total_us
    from class_counts
    window
        one_edge as (partition by segment_key, previous_activity_code, activity_code),
        shorter_steps as (
            partition by segment_key, previous_activity_code, activity_code order by time_class
            rows between unbounded preceding and current row
        )
),

edge_time_classes as (
    select
        segment_key,
        previous_activity_code,
        activity_code,
        time_class,
        cast(passes_so_far - passes as bigint) as passes_before,
        cast(all_passes as bigint) as all_passes,
        total_us
    from running_counts
    where
        2 * passes_so_far >= all_passes
        and 2 * (passes_so_far - passes) <= all_passes
)

select * from edge_time_classes
