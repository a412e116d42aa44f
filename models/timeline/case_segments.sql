-- A case is in one segment of every dimension.

with

case_facts as (
    select * from {{ ref('case_facts') }}
),

dimensions as (
    select * from {{ ref('dimensions') }}
),

attributes as (
    select * from {{ ref('attributes') }}
),

segments as (
    select * from {{ ref('segments') }}
),

placed as (
    select
        case_facts.case_key,
        dimensions.dimension,
        coalesce(attributes.last_value, '(none)') as segment
    from case_facts
    cross join dimensions
    left join attributes
        on
            case_facts.case_key = attributes.case_key
            and dimensions.dimension = attributes.attribute
    union all
    select
        case_key,
        'all',
        'all'
    from case_facts
),

case_segments as (
    select
        placed.case_key,
        segments.segment_key,
        segments.dimension
    from placed
    inner join segments
        on
            placed.dimension = segments.dimension
            and placed.segment = segments.segment
)

select * from case_segments
