-- Amounts of orders, invoices and payments, with the rate of their month. An activity that
-- subtracts its amount does so whether the amount is written with a minus or without.

with

timeline as (
    select * from {{ ref('timeline') }}
),

money_activities as (
    select * from {{ ref('money_activities') }}
),

stg_events as (
    select * from {{ ref('stg_events') }}
),

fx_rates as (
    select * from {{ ref('fx_rates') }}
    where reporting_currency = '{{ var("reporting_currency") }}'
),

-- Events of these activities up to the as-of moment, with their signed amount.
dated_events as (
    select
        timeline.case_key,
        timeline.event_number,
        timeline.local_at,
        money_activities.order_step,
        money_activities.billing,
        case
            when stg_events.order_number is not null
                then {{ hash_key('stg_events.order_number') }}
        end as order_key,
        coalesce(stg_events.currency, '{{ var("reporting_currency") }}') as currency,
        case
            when money_activities.amount_sign < 0 then -abs(stg_events.document_amount)
            else stg_events.document_amount
        end as amount
    from timeline
    inner join money_activities on timeline.activity_code = money_activities.activity_code
    inner join stg_events on timeline.source_order = stg_events.source_order
    where not timeline.is_future
),

money_events as (
    select
        dated_events.case_key,
        dated_events.event_number,
        dated_events.order_step,
        dated_events.billing,
        dated_events.order_key,
        dated_events.currency,
        dated_events.amount,
        case
            when dated_events.currency = '{{ var("reporting_currency") }}'
                then cast(1 as decimal(14, 8))
            else fx_rates.rate
        end as rate
    from dated_events
    left join fx_rates
        on
            dated_events.currency = fx_rates.currency
            and {{ month_of('dated_events.local_at') }} = fx_rates.month
)

select * from money_events
