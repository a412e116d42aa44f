-- Order status, paid status and completeness of a case (docs/glossary.md). A case is complete if it
-- is lost or closed, paid or written off, or won with a cancelled order.

with

case_facts as (
    select * from {{ ref('case_facts') }}
),

case_orders as (
    select * from {{ ref('case_orders') }}
),

case_payments as (
    select * from {{ ref('case_payments') }}
),

ordered_and_paid_cases as (
    select
        case_facts.*,
        case when case_facts.is_catalogued then coalesce(case_orders.order_status, 'none') end
            as order_status,
        case
            when case_facts.is_catalogued then coalesce(case_payments.paid_status, 'none')
            else 'unknown'
        end as paid_status
    from case_facts
    left join case_orders on case_facts.case_key = case_orders.case_key
    left join case_payments on case_facts.case_key = case_payments.case_key
),

case_statuses as (
    select
        case_key,
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
    from ordered_and_paid_cases
)

select * from case_statuses
