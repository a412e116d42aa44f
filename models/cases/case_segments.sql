-- A case is in one segment of each dimension: that of its last value, or, for loss reasons, the one
-- that matches its outcome.

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

case_results as (
    select * from {{ ref('case_results') }}
),

segments as (
    select * from {{ ref('segments') }}
),

-- One row per case and dimension, with the value that determines the segment.
memberships as (
    select
        case_facts.case_key,
        dimensions.dimension,
        case
            when dimensions.dimension = 'loss_reason' then case_results.loss_reason_key
            else attributes.last_key
        end as value_key
    from case_facts
    cross join dimensions
    left join case_results on case_facts.case_key = case_results.case_key
    left join attributes
        on
            case_facts.case_key = attributes.case_key
            and dimensions.dimension = attributes.attribute
    union all
    select
        case_key,
        'all',
        null
    from case_facts
),

case_segments as (
    select
        memberships.case_key,
        coalesce(segments.segment_key, default_segments.segment_key) as segment_key,
        memberships.dimension
    from memberships
    inner join segments as default_segments
        on memberships.dimension = default_segments.dimension and default_segments.value_key is null
    left join segments
        on memberships.dimension = segments.dimension and memberships.value_key = segments.value_key
)

select * from case_segments
