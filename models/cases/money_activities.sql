-- Activities of orders, invoices and payments. An activity that subtracts its amount (a credit
-- note, a reversal, a cancelled order) has the sign -1.

with

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

-- Each activity with its step of an order, and its kind of billing.
activity_effects as (
    select
        activity_code,
        case
            when effect in ('received', 'created', 'fulfilled', 'accepted', 'cancelled') then effect
        end as order_step,
        case
            when invoice_sign is not null then 'invoice'
            when payment_sign is not null then 'payment'
        end as billing,
        coalesce(invoice_sign, payment_sign, case effect when 'cancelled' then -1 else 1 end)
            as amount_sign
    from activity_codes
),

money_activities as (
    select * from activity_effects
    where order_step is not null or billing is not null
)

select * from money_activities
