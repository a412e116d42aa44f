-- Payments compared with invoices, within the tolerance. Each currency is compared separately; if
-- one is not settled and the case has others, all amounts are converted at the rate of their month.
-- Without a rate, or with a missing amount, the status is unknown. A payment without an invoice is
-- no evidence.

with

money_events as (
    select * from {{ ref('money_events') }}
    where billing is not null
),

-- One row per case and currency.
currency_sums as (
    select
        case_key,
        bool_or(billing = 'invoice') as is_invoiced,
        bool_or(amount is null) as lacks_amount,
        bool_or(rate is null) as lacks_rate,
        cast(coalesce(sum(amount) filter (where billing = 'invoice'), 0) as decimal(22, 4))
            as invoiced,
        cast(coalesce(sum(amount) filter (where billing = 'payment'), 0) as decimal(22, 4))
            as paid,
        sum(cast(
            cast(case billing when 'invoice' then amount else -amount end as decimal(22, 4)) * rate
            as decimal(28, 4)
        )) as owed_reporting,
        {{ non_null_by('max_by', "case when billing = 'invoice' then rate end", 'event_number') }}
            as invoice_rate
    from money_events
    group by case_key, currency
),

-- `is_settled`: paid within the tolerance, converted at the rate of the last invoice.
compared_sums as (
    select
        *,
        invoiced <= paid
        or coalesce((invoiced - paid) * invoice_rate <= {{ var('payment_tolerance') }}, false)
            as is_settled
    from currency_sums
),

case_payments as (
    select
        case_key,
        bool_or(lacks_amount) as lacks_amount,
        case
            when bool_or(lacks_amount) or not bool_or(is_invoiced) then 'unknown'
            when bool_and(paid <= 0) and bool_and(invoiced <= 0) then 'none'
            when bool_and(paid <= 0) then 'unpaid'
            when bool_and(is_settled) then 'paid'
            when count(*) = 1 then 'partly'
            when bool_or(lacks_rate) then 'unknown'
            when sum(owed_reporting) <= {{ var('payment_tolerance') }} then 'paid'
            else 'partly'
        end as paid_status
    from compared_sums
    group by case_key
)

select * from case_payments
