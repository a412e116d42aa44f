-- The plan of each deal: effects of planted causes, outcome, number of repeats, and durations in
-- working minutes.
create view affected as
select
    deals.deal,
    max(size) filter (where effect = 'slow_approval') as slow_approval,
    max(size) filter (where effect = 'unapproved_discounts') as unapproved_discounts,
    max(size) filter (where effect = 'quote_rework') as quote_rework,
    max(size) filter (where effect = 'order_rework') as order_rework,
    max(size) filter (where effect = 'slow_fulfilment') as slow_fulfilment,
    max(size) filter (where effect = 'late_invoicing') as late_invoicing,
    max(size) filter (where effect = 'late_payment') as late_payment,
    max(size) filter (where effect = 'poor_conversion') as poor_conversion,
    max(size) filter (where effect = 'late_losses') as late_losses,
    max(size) filter (where effect = 'stalled_deals') as stalled_deals
from deals
inner join causes on causes.segment = case causes.dimension
    when 'region' then deals.region
    when 'sales_representative' then deals.sales_representative
    when 'product_category' then deals.product_category
    when 'lead_source' then deals.lead_source
    when 'customer_segment' then deals.customer_segment
    when 'payment_terms' then deals.payment_terms
end
group by deals.deal;

create view plans as
with drawn as (
    select
        deals.* exclude (
            region, customer_segment, sales_representative, product_category, lead_source
        ),
        affected.* exclude (deal),
        luck('fate', deals.deal) as fate,
        luck('often', deals.deal) as often,
        luck('long', deals.deal) as long,
        luck('cash', deals.deal) as cash
    from deals left join affected on deals.deal = affected.deal
),
fates as (
    select
        *,
        chance(draw(fate, 0), 48) as has_lead,
        chance(draw(fate, 2), 58) as is_forgotten,
        coalesce(chance(draw(fate, 5), unapproved_discounts), false) as is_bold,
        case
            when chance(draw(fate, 0), 28) then 'disqualified'
            when chance(draw(fate, 0), 33) then 'untouched'
            when has_lead and chance(draw(fate, 1), poor_conversion) then 'disqualified'
            when chance(draw(fate, 2), 21) then 'lost early'
            when chance(draw(fate, 2), 28) then 'no sale'
            when chance(draw(fate, 2), 54) then 'lost'
            when is_forgotten then 'stalled'
            when chance(draw(fate, 3), late_losses) then 'lost'
            when chance(draw(fate, 4), stalled_deals) then 'stalled'
            else 'won'
        end as ends
    from drawn
)
select
    * exclude (
        fate, often, long, cash, days_late, discount_percent,
        slow_approval, unapproved_discounts, quote_rework, order_rework, slow_fulfilment,
        late_invoicing, late_payment, poor_conversion, late_losses, stalled_deals
    ),
    ends in ('disqualified', 'untouched') as is_lead,
    ends in ('no sale', 'lost', 'stalled', 'won') as is_quoted,
    if(is_bold, 25 + 5 * among(draw(fate, 6), 3), discount_percent) as discount_percent,
    not is_bold and chance(draw(fate, 7), if(discount_percent > 0, 90, 55)) as asks_approval,
    among(draw(often, 0), 4) as contacts,
    [0, 1, 1, 1, 1, 2][1 + among(draw(often, 1), 6)] as analyses,
    [0, 0, 0, 0, 0, 0, 1, 1, 1, 2][1 + among(draw(often, 2), 10)]
    + if(chance(draw(often, 3), quote_rework), 2 + draw(often, 3) % 2, 0) as revisions,
    [0, 0, 0, 0, 0, 0, 0, 1, 1, 2][1 + among(draw(often, 4), 10)] as returns,
    [0, 0, 0, 0, 0, 0, 0, 0, 1, 2][1 + among(draw(often, 5), 10)] as reissues,
    if(chance(draw(often, 6), 5), 1, 0)
    + if(chance(draw(often, 6), order_rework), 2 + draw(often, 6) % 2, 0) as order_changes,
    [1, 1, 1, 1, 1, 1, 1, 2, 2, 3][1 + among(draw(often, 7), 10)] as parts,
    took(400, draw(long, 0)) as lead_takes,
    took(1400, draw(long, 1)) as opportunity_takes,
    took(200, draw(long, 2)) * revisions as quote_takes,
    took(300, draw(long, 3)) * (1 + returns) * coalesce(slow_approval, 100) // 100
        as approval_takes,
    took(1600, draw(long, 4)) * (1 + reissues) as negotiation_takes,
    took(400, draw(long, 5)) as contract_takes,
    took(150, draw(long, 6)) * (1 + order_changes) as order_takes,
    took(1400, draw(long, 7)) * coalesce(slow_fulfilment, 100) // 100 as fulfilment_takes,
    took(250, draw(cash, 0)) * coalesce(late_invoicing, 100) // 100 as invoicing_takes,
    cast(days_late + among(draw(cash, 1), 4) + coalesce(late_payment, 0) as integer) as days_late,
    chance(draw(cash, 2), 96) as is_paid,
    chance(draw(cash, 3), 4) as is_disputed,
    chance(draw(cash, 4), 3) as is_credited,
    if(chance(draw(cash, 5), 8), 2, 1) as payments,
    cast(draw(cash, 6) as integer) as order_draw,
    cast(draw(cash, 7) as integer) as odd_draw
from fates;
