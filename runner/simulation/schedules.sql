-- The start of each phase of a deal, in working minutes; half a day to two days are between phases.
-- Columns that are equal for all events of a deal are computed here, once per deal.
create table schedules as
with leads as (
    select
        *,
        is_lead or has_lead as has_lead_phase,
        started_minute + if(has_lead_phase, lead_takes + 200, 0) as opportunity_at
    from plans
)
select
    *,
    opportunity_at + opportunity_takes + 540 as quote_at,
    quote_at + quote_takes + odd_draw % 1000 as approval_at,
    approval_at + if(asks_approval, approval_takes + odd_draw % 7 * 60, 0) as negotiation_at,
    negotiation_at + negotiation_takes + odd_draw % 900 as contract_at,
    contract_at + contract_takes + odd_draw % 800 as order_at,
    order_at + order_takes as ordered_at,
    -- Most abandoned leads and deals are closed some months later, but not the deals that a planted
    -- cause stopped.
    (ends = 'untouched' or ends = 'stalled' and is_forgotten) and order_draw % 100 < 95
        as is_cleared,
    if(is_lead, opportunity_at, negotiation_at + negotiation_takes)
    + (30 + order_draw // 100 % 60) * 540 as cleared_at,
    -- Three in a hundred are won and never ordered, three in a hundred orders are cancelled.
    ends = 'won' and odd_draw % 32 > 0 as is_ordered,
    odd_draw % 33 = 0 as is_cancelled,
    day_of(started_minute) + 75 + odd_draw % 60 as expected_day,
    day_of(ordered_at) + 28 as promised_day,
    list_amount * (100 - discount_percent) // 100 as net_amount,
    net_amount // parts as part_amount
from leads;

-- Not used below.
drop table deals;
