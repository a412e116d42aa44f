with

attributes as (
    select * from {{ ref('attributes') }}
),

case_names as (
    select * from {{ ref('case_names') }}
),

attribute_values as (
    select * from {{ ref('attribute_values') }}
),

case_attributes as (
    select
        case_names.case_id,
        attributes.attribute,
        first_values.value as first_value,
        last_values.value as last_value,
        attributes.value_count
    from attributes
    inner join case_names on attributes.case_key = case_names.case_key
    inner join attribute_values as first_values on attributes.first_key = first_values.value_key
    inner join attribute_values as last_values on attributes.last_key = last_values.value_key
)

select * from case_attributes
