-- Measures of cases.

with

case_facts as (
    select * from {{ ref('case_facts') }}
),

case_attribute_values as (
    select * from {{ ref('case_attribute_values') }}
),

case_payments as (
    select * from {{ ref('case_payments') }}
),

case_values as (
    select * from {{ ref('case_values') }}
),

case_results as (
    select * from {{ ref('case_results') }}
),

case_names as (
    select * from {{ ref('case_names') }}
),

twin_cases as (
    select * from {{ ref('twin_cases') }}
),

-- One row per case with what the measures need.
judged_cases as (
    select
        case_names.case_id,
        case_facts.order_is_certain,
        case_facts.case_kind = 'opportunity' as is_opportunity,
        case_facts.outcome = 'lost' as is_lost,
        case_values.value,
        case_values.value_reporting,
        case_attribute_values.sales_representative_key,
        case_attribute_values.region_key,
        case_results.loss_reason_key,
        case_payments.case_key is not null as is_billed,
        coalesce(case_payments.lacks_amount, false) as lacks_amount,
        twin_cases.case_key is not null as is_twin
    from case_facts
    inner join case_names on case_facts.case_key = case_names.case_key
    inner join case_values on case_facts.case_key = case_values.case_key
    left join case_attribute_values on case_facts.case_key = case_attribute_values.case_key
    left join case_results on case_facts.case_key = case_results.case_key
    left join case_payments on case_facts.case_key = case_payments.case_key
    left join twin_cases on case_facts.case_key = twin_cases.case_key
),

case_measures as (
    {{ measured_shares('judged_cases', 'case_id', {
        'missing_opportunity_value': ('is_opportunity and value is null', 'is_opportunity'),
        'missing_sales_representative': ('sales_representative_key is null', 'true'),
        'missing_region': ('region_key is null', 'true'),
        'missing_loss_reason': ('is_lost and loss_reason_key is null', 'is_lost'),
        'missing_amount': ('is_billed and lacks_amount', 'is_billed'),
        'missing_rate_share': (
            'value is not null and value_reporting is null', 'value is not null'
        ),
        'uncertain_order_share': ('not order_is_certain', 'true'),
        'duplicated_case_share': ('is_twin', 'true'),
    }) }}
)

select * from case_measures
