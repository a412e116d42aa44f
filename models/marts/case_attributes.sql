with

attributes as (
    select * from {{ ref('attributes') }}
),

case_names as (
    select * from {{ ref('case_names') }}
),

case_attributes as (
    select
        case_names.case_id,
        attributes.attribute,
        attributes.first_value,
        attributes.last_value,
        attributes.value_count
    from attributes
    inner join case_names on attributes.case_key = case_names.case_key
)

select * from case_attributes
