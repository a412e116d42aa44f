-- How long the steps of a segment take. An exact median holds its values in memory, and each step
-- counts in every dimension: too much for a large log. So the steps are counted by classes of
-- time, each an eighth of a power of e, and only those in the middle class are looked at. One
-- number for segment, edge and class makes that a join by one key.

with

timeline as (
    select * from {{ ref('timeline') }}
),

case_segments as (
    select * from {{ ref('case_segments') }}
    where dimension != 'all'
),

steps as (
    select
        case_key,
        cast(previous_activity_code as bigint) * 32768 + activity_code as edge,
        cast(floor(8 * ln(1 + elapsed_us)) as bigint) as time_class,
        elapsed_us
    from timeline
    where previous_activity_code is not null
),

counted as (
    select
        case_segments.segment_key,
        steps.edge,
        steps.time_class,
        count(*) as passes,
        {{ exact_sum('steps.elapsed_us') }} as total_us
    from steps
    inner join case_segments on steps.case_key = case_segments.case_key
    group by case_segments.segment_key, steps.edge, steps.time_class
),

summed as (
    select
        segment_key,
        edge,
        time_class,
        sum(passes) over (
            partition by segment_key, edge order by time_class
            rows between unbounded preceding and current row
        ) as passes_so_far,
        sum(passes) over (partition by segment_key, edge) as all_passes,
        sum(total_us) over (partition by segment_key, edge) as total_us,
        passes
    from counted
),

middles as (
    select
        (segment_key * cast(1073741824 as bigint) + edge) * 1024 + time_class as place,
        segment_key,
        edge,
        passes_so_far - passes as passes_before,
        all_passes,
        total_us
    from summed
    where 2 * passes_so_far >= all_passes and 2 * (passes_so_far - passes) <= all_passes
),

looked_at as (
    select
        middles.segment_key,
        middles.edge,
        steps.elapsed_us,
        count(*) as passes,
        min(middles.passes_before) as passes_before,
        max(middles.all_passes) as all_passes,
        max(middles.total_us) as total_us
    from steps
    inner join case_segments on steps.case_key = case_segments.case_key
    inner join middles
        on
            (case_segments.segment_key * cast(1073741824 as bigint) + steps.edge) * 1024
            + steps.time_class
            = middles.place
    group by middles.segment_key, middles.edge, steps.elapsed_us
),

ranked as (
    select
        *,
        min(passes_before) over (partition by segment_key, edge) + sum(passes) over (
            partition by segment_key, edge order by elapsed_us
            rows between unbounded preceding and current row
        ) as passes_so_far
    from looked_at
),

edge_times as (
    select
        segment_key,
        cast(floor(edge / 32768) as smallint) as previous_activity_code,
        cast(edge % 32768 as smallint) as activity_code,
        (
            min(case when 2 * passes_so_far >= all_passes then elapsed_us end)
            + min(case when 2 * passes_so_far > all_passes then elapsed_us end)
        ) / cast(2 as double) as median_us,
        max(total_us) as total_us
    from ranked
    group by segment_key, edge
)

select * from edge_times
