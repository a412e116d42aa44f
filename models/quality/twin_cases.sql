-- Two cases of one customer, value, start and path count as one deal under two numbers; all but the
-- lowest key are twins.

with

case_facts as (
    select * from {{ ref('case_facts') }}
),

case_attribute_values as (
    select * from {{ ref('case_attribute_values') }}
),

case_values as (
    select * from {{ ref('case_values') }}
),

-- Cases with the lowest key of their equals.
alike_cases as (
    select
        case_facts.case_key,
        min(case_facts.case_key) over (
            partition by
                case_attribute_values.customer_name_key,
                case_values.value,
                case_facts.started_at,
                case_facts.signature
        ) as kept_case_key
    from case_facts
    inner join case_values on case_facts.case_key = case_values.case_key
    inner join case_attribute_values on case_facts.case_key = case_attribute_values.case_key
    where case_attribute_values.customer_name_key is not null and case_values.value is not null
),

twin_cases as (
    select
        case_key,
        kept_case_key
    from alike_cases
    where case_key != kept_case_key
)

select * from twin_cases
