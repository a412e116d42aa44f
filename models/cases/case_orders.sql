-- The order status of a case follows from its orders; cancelled orders count only if all are
-- cancelled.

with

case_order_totals as (
    select * from {{ ref('case_order_totals') }}
),

case_orders as (
    select
        case_key,
        case
            when bool_or(is_cancelled) and bool_and(is_cancelled or not is_registered)
                then 'cancelled'
            when not bool_or(is_delivered and not is_cancelled) then 'open'
            when bool_or(is_registered and not is_cancelled and (is_short or not is_delivered))
                then 'partly'
            else 'fulfilled'
        end as order_status
    from case_order_totals
    group by case_key
)

select * from case_orders
