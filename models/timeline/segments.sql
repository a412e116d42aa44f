-- Dimension `all` with its one segment is the whole; a case without the attribute is in `(none)`,
-- so that the segments of a dimension add up to all. Neither has a word.

with

dimensions as (
    select * from {{ ref('dimensions') }}
),

attributes as (
    select * from {{ ref('attributes') }}
),

words as (
    select * from {{ ref('words') }}
),

used as (
    select
        dimensions.dimension,
        attributes.last_key as word_key
    from dimensions
    inner join attributes on dimensions.dimension = attributes.attribute
    group by dimensions.dimension, attributes.last_key
),

found as (
    select
        used.dimension,
        words.word_key,
        words.word as segment
    from used
    inner join words on used.word_key = words.word_key
    where words.word != '(none)'
    union all
    select
        dimension,
        null,
        '(none)'
    from dimensions
    union all
    select
        'all',
        null,
        'all'
),

segments as (
    select
        cast(row_number() over (order by dimension, segment) as integer) as segment_key,
        dimension,
        word_key,
        segment
    from found
)

select * from segments
