with

segments as (
    select * from {{ ref('segments') }}
),

case_segments as (
    select * from {{ ref('case_segments') }}
),

segment_texts as (
    select * from {{ ref('segment_texts') }}
),

-- Labels of the segments that no log writes: `all` and `(none)`.
codes as (
    select * from {{ ref('codes') }}
    where code_type = 'segment'
),

segment_counts as (
    select
        segment_key,
        count(*) as case_count
    from case_segments
    group by segment_key
),

segment_labels as (
    select
        segments.dimension,
        segments.segment,
        coalesce(codes.label_en, segment_texts.label_en, segments.segment) as label_en,
        coalesce(codes.label_ja, segment_texts.label_ja, segments.segment) as label_ja,
        segment_counts.case_count
    from segments
    inner join segment_counts on segments.segment_key = segment_counts.segment_key
    left join codes on segments.segment = codes.code and segments.value_key is null
    left join segment_texts
        on
            segments.dimension = segment_texts.dimension
            and segments.segment = segment_texts.segment
)

select * from segment_labels
