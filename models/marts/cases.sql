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

case_calendars as (
    select * from {{ ref('case_calendars') }}
),

calendar_days as (
    select * from {{ ref('calendar_days') }}
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

cutoffs as (
    select * from {{ ref('cutoffs') }}
),

timed as (
    select
        case_facts.*,
        case_facts.starts_date_only as started_is_date_only,
        case_facts.ends_date_only as ended_is_date_only,
        case_calendars.calendar
    from case_facts
    inner join case_calendars on case_facts.case_key = case_calendars.case_key
),

cases as (
    select
        case_names.case_id,
        timed.case_kind,
        timed.outcome,
        timed.outcome_is_derived,
        case_values.order_status,
        case_values.paid_status,
        case_values.is_complete,
        path_names.variant_id,
        cast(timed.event_count as bigint) as event_count,
        timed.started_at,
        timed.ended_at,
        {{ elapsed_days('timed.duration_us') }} as duration_days,
        {{ elapsed_days(microseconds_between('timed.started_at', 'cutoffs.as_of')) }} as age_days,
        {{ worked_days('first_day', 'started', 'last_day', 'ended') }} as business_days,
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
        cast(timed.tie_count as bigint) as tie_count,
        timed.order_is_certain
    from timed
    inner join case_names on timed.case_key = case_names.case_key
    inner join case_values on timed.case_key = case_values.case_key
    inner join case_paths on timed.case_key = case_paths.case_key
    inner join path_names on case_paths.path_key = path_names.path_key
    left join case_words on timed.case_key = case_words.case_key
    left join open_visits on timed.case_key = open_visits.case_key
    left join calendar_days as first_day
        on
            timed.calendar = first_day.calendar
            and cast(timed.started_local_at as date) = first_day.local_date
    left join calendar_days as last_day
        on
            timed.calendar = last_day.calendar
            and cast(timed.ended_local_at as date) = last_day.local_date
    cross join cutoffs
)

select * from cases
