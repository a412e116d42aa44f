-- One wide row per case, to filter, sort and count without joins.

with

case_facts as (
    select * from {{ ref('case_facts') }}
),

case_names as (
    select * from {{ ref('case_names') }}
),

case_attribute_labels as (
    select * from {{ ref('case_attribute_labels') }}
),

case_values as (
    select * from {{ ref('case_values') }}
),

case_statuses as (
    select * from {{ ref('case_statuses') }}
),

case_paths as (
    select * from {{ ref('case_paths') }}
),

case_business_days as (
    select * from {{ ref('case_business_days') }}
),

path_names as (
    select * from {{ ref('path_names') }}
),

phase_cases as (
    select * from {{ ref('phase_cases') }}
),

-- A case has at most one open visit.
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
        case_statuses.order_status,
        case_statuses.paid_status,
        case_statuses.is_complete,
        path_names.variant_id,
        cast(case_facts.event_count as bigint) as event_count,
        case_facts.started_at,
        case_facts.ended_at,
        case_facts.decided_at,
        {{ elapsed_days('case_facts.duration_us') }} as duration_days,
        {{ elapsed_days('case_business_days.age_us') }} as age_days,
        case_business_days.business_days,
        open_visits.stage as current_stage,
        case_values.value,
        case_values.value_first,
        case_values.currency,
        case_values.value_reporting,
        case_attribute_labels.sales_representative,
        case_attribute_labels.sales_team,
        case_attribute_labels.region,
        case_attribute_labels.product_category,
        case_attribute_labels.lead_source,
        case_attribute_labels.customer_name,
        case_attribute_labels.customer_segment,
        case_attribute_labels.loss_reason,
        case_attribute_labels.contract_type,
        case_attribute_labels.payment_terms,
        case_attribute_labels.tax_basis,
        case_attribute_labels.lead_number,
        {% for column in described_columns() -%}
            case_attribute_labels.{{ column }},
        {% endfor -%}
        case_paths.rework_event_count,
        cast(case_facts.tie_count as bigint) as tie_count,
        case_facts.order_is_certain,
        phase_cases.case_key is not null as counts_in_phases
    from case_facts
    inner join case_names on case_facts.case_key = case_names.case_key
    inner join case_business_days on case_facts.case_key = case_business_days.case_key
    inner join case_values on case_facts.case_key = case_values.case_key
    inner join case_statuses on case_facts.case_key = case_statuses.case_key
    inner join case_paths on case_facts.case_key = case_paths.case_key
    inner join path_names on case_paths.path_key = path_names.path_key
    left join case_attribute_labels on case_facts.case_key = case_attribute_labels.case_key
    left join open_visits on case_facts.case_key = open_visits.case_key
    left join phase_cases on case_facts.case_key = phase_cases.case_key
)

select * from cases
