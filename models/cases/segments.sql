-- Dimension `all` has one segment for all cases. A case without a value is in segment `(none)`, so
-- that the segments of a dimension add up to all cases. Neither has a value key.

with

dimensions as (
    select * from {{ ref('dimensions') }}
),

attributes as (
    select * from {{ ref('attributes') }}
),

attribute_values as (
    select * from {{ ref('attribute_values') }}
),

-- Values that are the last value of at least one case.
last_values as (
    select
        dimensions.dimension,
        attributes.last_key as value_key
    from dimensions
    inner join attributes on dimensions.dimension = attributes.attribute
    group by dimensions.dimension, attributes.last_key
),

-- A written value `(none)` falls into the segment of cases without a value.
segment_values as (
    select
        last_values.dimension,
        attribute_values.value_key,
        attribute_values.value as segment
    from last_values
    inner join attribute_values on last_values.value_key = attribute_values.value_key
    where attribute_values.value != '(none)'
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
        value_key,
        segment
    from segment_values
)

select * from segments
