-- One wide row for whoever filters, sorts and counts cases.

with

case_facts as (
    select * from {{ ref('case_facts') }}
),

case_names as (
    select * from {{ ref('case_names') }}
),

case_words as (
    select * from {{ ref('case_words') }}
),

case_values as (
    select * from {{ ref('case_values') }}
),

case_paths as (
    select * from {{ ref('case_paths') }}
),

worked_cases as (
    select * from {{ ref('worked_cases') }}
),

path_names as (
    select * from {{ ref('path_names') }}
),

open_visits as (
    select
        case_key,
        stage
    from {{ ref('visits') }}
    where is_open
),

cases as (
    select
        case_names.case_id,
        case_facts.case_kind,
        case_facts.outcome,
        case_facts.outcome_is_derived,
        case_values.order_status,
        case_values.paid_status,
        case_values.is_complete,
        path_names.variant_id,
        cast(case_facts.event_count as bigint) as event_count,
        case_facts.started_at,
        case_facts.ended_at,
        {{ elapsed_days('case_facts.duration_us') }} as duration_days,
        {{ elapsed_days('worked_cases.age_us') }} as age_days,
        worked_cases.business_days,
        open_visits.stage as current_stage,
        case_values.value,
        case_values.value_first,
        case_values.currency,
        case_values.value_reporting,
        case_words.sales_representative,
        case_words.sales_team,
        case_words.region,
        case_words.product_category,
        case_words.lead_source,
        case_words.customer_name,
        case_words.customer_segment,
        case_words.loss_reason,
        case_words.contract_type,
        case_words.payment_terms,
        case_words.tax_basis,
        case_words.lead_number,
        {% for column in described_columns() -%}
            case_words.{{ column }},
        {% endfor -%}
        case_paths.rework_event_count,
        cast(case_facts.tie_count as bigint) as tie_count,
        case_facts.order_is_certain
    from case_facts
    inner join case_names on case_facts.case_key = case_names.case_key
    inner join worked_cases on case_facts.case_key = worked_cases.case_key
    inner join case_values on case_facts.case_key = case_values.case_key
    inner join case_paths on case_facts.case_key = case_paths.case_key
    inner join path_names on case_paths.path_key = path_names.path_key
    left join case_words on case_facts.case_key = case_words.case_key
    left join open_visits on case_facts.case_key = open_visits.case_key
)

select * from cases
