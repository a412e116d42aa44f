-- Dimension `all` with its one segment is the whole; a case without the attribute is in `(none)`,
-- so that the segments of a dimension add up to all.

with

dimensions as (
    select * from {{ ref('dimensions') }}
),

attributes as (
    select * from {{ ref('attributes') }}
),

found as (
    select
        dimensions.dimension,
        attributes.last_value as segment
    from dimensions
    inner join attributes on dimensions.dimension = attributes.attribute
    union
    select
        dimension,
        '(none)'
    from dimensions
    union
    select
        'all',
        'all'
),

segments as (
    select
        cast(row_number() over (order by dimension, segment) as integer) as segment_key,
        dimension,
        segment
    from found
)

select * from segments
