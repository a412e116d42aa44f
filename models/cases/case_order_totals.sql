-- An order is identified by its number if all steps of the case have one; otherwise all steps
-- belong to one order. An order that was only received can be the customer's number of another
-- order. An order is short if less was delivered than ordered; if an amount is missing or in
-- another currency, a delivery counts as complete.

with

money_events as (
    select * from {{ ref('money_events') }}
    where order_step is not null
),

-- Key 0 is the only order of a case with steps without a number.
numbered_steps as (
    select
        *,
        case
            when
                bool_and(order_key is not null or order_step = 'received')
                    over (partition by case_key)
                then coalesce(order_key, 0)
            else 0
        end as order_number_key
    from money_events
),

-- Each step with the last cancellation of its order, and the last time it was ordered.
compared_steps as (
    select
        *,
        max(case when order_step = 'cancelled' then event_number end) over one_order
            as cancelled_number,
        max(case when order_step in ('received', 'created') then event_number end) over one_order
            as ordered_number
    from numbered_steps
    window one_order as (partition by case_key, order_number_key)
),

-- An order that is created again after its cancellation starts again: earlier steps are dropped.
valid_steps as (
    select * from compared_steps
    where
        not coalesce(ordered_number > cancelled_number and event_number <= cancelled_number, false)
),

-- Steps and amounts per order.
counted_steps as (
    select
        case_key,
        order_number_key,
        count(*) filter (where order_step != 'received') as registered,
        count(*) filter (where order_step = 'created') as created,
        count(*) filter (where order_step = 'cancelled') as cancelled,
        count(*) filter (where order_step in ('fulfilled', 'accepted')) as delivered,
        min(currency) = max(currency)
        and not bool_or(order_step in ('created', 'fulfilled', 'cancelled') and amount is null)
            as is_comparable,
        sum(amount) filter (where order_step in ('created', 'cancelled')) as ordered_amount,
        sum(amount) filter (where order_step = 'fulfilled') as fulfilled_amount
    from valid_steps
    group by case_key, order_number_key
),

-- One cancellation does not cancel several creations if something was delivered.
case_order_totals as (
    select
        case_key,
        order_number_key,
        registered > 0 as is_registered,
        cancelled > 0 and (delivered = 0 or created <= cancelled) as is_cancelled,
        delivered > 0 as is_delivered,
        coalesce(is_comparable and fulfilled_amount < ordered_amount, false) as is_short
    from counted_steps
)

select * from case_order_totals
