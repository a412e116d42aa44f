-- What a case is worth, ordered and paid (docs/glossary.md: value, order status, paid status,
-- complete). A missing rate leaves value_reporting null.

with

case_facts as (
    select * from {{ ref('case_facts') }}
),

case_attribute_values as (
    select * from {{ ref('case_attribute_values') }}
),

case_orders as (
    select * from {{ ref('case_orders') }}
),

case_payments as (
    select * from {{ ref('case_payments') }}
),

as_of_moment as (
    select * from {{ ref('as_of_moment') }}
),

case_results as (
    select * from {{ ref('case_results') }}
),

fx_rates as (
    select * from {{ ref('fx_rates') }}
),

told as (
    select
        case_attribute_values.*,
        case_facts.case_key as told_case_key,
        case_facts.outcome,
        case_facts.is_catalogued,
        case_results.value,
        case_results.currency,
        coalesce(case_attribute_values.decided_local_at, as_of_moment.as_of_local) as rated_at
    from case_facts
    left join case_attribute_values on case_facts.case_key = case_attribute_values.case_key
    left join case_results on case_facts.case_key = case_results.case_key
    cross join as_of_moment
),

rated as (
    select
        told.*,
        case
            when
                coalesce(told.currency, '{{ var("reporting_currency") }}')
                = '{{ var("reporting_currency") }}'
                then cast(1 as decimal(14, 8))
            else fx_rates.rate
        end as rate
    from told
    left join fx_rates
        on
            told.currency = fx_rates.currency
            and fx_rates.reporting_currency = '{{ var("reporting_currency") }}'
            and substr(cast(told.rated_at as string), 1, 7) = fx_rates.month
),

judged as (
    select
        rated.*,
        case when rated.is_catalogued then coalesce(case_orders.order_status, 'none') end
            as order_status,
        case
            when rated.is_catalogued then coalesce(case_payments.paid_status, 'none')
            else 'unknown'
        end as paid_status
    from rated
    left join case_orders on rated.told_case_key = case_orders.case_key
    left join case_payments on rated.told_case_key = case_payments.case_key
),

case_values as (
    select
        told_case_key as case_key,
        first_value as value_first,
        value,
        currency,
        cast(cast(value as decimal(22, 4)) * rate as decimal(28, 4)) as value_reporting,
        order_status,
        paid_status,
        case
            when outcome = 'unknown' then null
            when outcome in ('lost', 'no_sale', 'disqualified') then true
            when paid_status = 'paid' or is_written_off then true
            when outcome = 'won' and order_status = 'cancelled' then true
            when outcome = 'won' and paid_status = 'unknown' then null
            else false
        end as is_complete
    from judged
)

select * from case_values
