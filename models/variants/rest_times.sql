-- Exact median of the rest of a segment, with its interval. The steps of a class are ordered once,
-- for all segments: the step of rank r in the rest has place r + k among all steps, where k is the
-- number of steps of the segment that fewer than r steps of the rest precede.

with

timeline as (
    select
        *,
        {{ pack('previous_activity_code', 'activity_code', 16) }} as edge_code,
        {{ time_class('elapsed_us') }} as time_class
    from {{ ref('timeline') }}
    where previous_activity_code is not null
),

case_segments as (
    select * from {{ ref('case_segments') }}
    where dimension != 'all'
),

rest_classes as (
    select * from {{ ref('rest_classes') }}
),

wanted_classes as (
    select
        edge_code,
        time_class
    from rest_classes
    group by edge_code, time_class
),

-- Steps of all cases in the classes of any rest.
placed_steps as (
    select
        timeline.edge_code,
        timeline.time_class,
        timeline.case_key,
        timeline.elapsed_us,
        row_number() over (
            partition by timeline.edge_code, timeline.time_class
            order by timeline.elapsed_us, timeline.case_key, timeline.event_number
        ) as place
    from timeline
    inner join wanted_classes
        on
            timeline.edge_code = wanted_classes.edge_code
            and timeline.time_class = wanted_classes.time_class
),

-- Steps of a segment with the number of steps of its rest before them, in their class.
own_steps as (
    select
        case_segments.segment_key,
        placed_steps.edge_code,
        placed_steps.time_class,
        placed_steps.place - row_number() over (
            partition by
                case_segments.segment_key, placed_steps.edge_code, placed_steps.time_class
            order by placed_steps.place
        ) as rest_before
    from placed_steps
    inner join case_segments on placed_steps.case_key = case_segments.case_key
),

-- Wanted ranks of the rest in their class.
class_ranks as (
    {% for name, rank in wanted_ranks('all_passes', p90=false).items() -%}
        select
            segment_key,
            edge_code,
            time_class,
            all_passes,
            '{{ name }}' as rank_name,
            {{ rank }} - passes_so_far + passes as class_rank
        from rest_classes
        where {{ rank }} between passes_so_far - passes + 1 and passes_so_far
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

places as (
    select
        class_ranks.segment_key,
        class_ranks.edge_code,
        class_ranks.time_class,
        class_ranks.all_passes,
        class_ranks.rank_name,
        class_ranks.class_rank + count(own_steps.rest_before) as place
    from class_ranks
    left join own_steps
        on
            class_ranks.segment_key = own_steps.segment_key
            and class_ranks.edge_code = own_steps.edge_code
            and class_ranks.time_class = own_steps.time_class
            and class_ranks.class_rank > own_steps.rest_before
    group by
        class_ranks.segment_key,
        class_ranks.edge_code,
        class_ranks.time_class,
        class_ranks.all_passes,
        class_ranks.rank_name,
        class_ranks.class_rank
),

steps_at_ranks as (
    select
        places.segment_key,
        places.edge_code,
        {% for name in wanted_ranks('n', p90=false) -%}
            max(case when places.rank_name = '{{ name }}' then placed_steps.elapsed_us end)
                as {{ name }}_us,
        {% endfor -%}
        max(places.all_passes) as passes
    from places
    inner join placed_steps
        on
            places.edge_code = placed_steps.edge_code
            and places.time_class = placed_steps.time_class
            and places.place = placed_steps.place
    group by places.segment_key, places.edge_code
),

rest_times as (
    select
        segment_key,
        edge_code,
        passes,
        (lower_middle_us + upper_middle_us) / cast(2 as double) as median_us,
        low_us,
        high_us
    from steps_at_ranks
)

select * from rest_times
