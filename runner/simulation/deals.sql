set variable customers = greatest(40, getvariable('cases') // 12);
-- Months since April 2024, each as often as its weight: more deals each year, and a season before
-- the ends of the fiscal half-years, when they are won; May and August are quiet.
set variable months = (
    with weighed as (
        select month, month // 12 + [7, 6, 9, 10, 6, 7, 8, 10, 11, 11, 8, 7][1 + month % 12] as weight
        from range(27) as months (month)
    )
    select flatten(list(times(month, weight) order by month)) from weighed
);

-- The customers, and the attributes of each deal.
create table customers as
with drawn as (
    select number, luck('customer', number) as luck
    from range(getvariable('customers')) as numbers (number)
)
select
    number as customer,
    concat(
        getvariable('places')[1 + number % len(getvariable('places'))],
        if(getvariable('lang') = 'ja', '', ' '),
        getvariable('trades')[1 + among(draw(luck, 0), len(getvariable('trades')))],
        if(
            number < len(getvariable('places')), '',
            concat(' ', number // len(getvariable('places')))
        )
    ) as customer_name,
    regions.segment as region,
    regions.word as region_word,
    kinds.segment as customer_segment,
    kinds.word as customer_segment_word,
    terms.segment as payment_terms,
    terms.word as payment_terms_word,
    cast(if(
        regions.segment = 'Overseas' and chance(draw(luck, 4), 50), 'USD', 'JPY'
    ) as word) as currency_word,
    -- Most customers pay on the due date, some one or two weeks late, a few three weeks.
    [0, 0, 0, 0, 0, 1, 1, 2, 3, 5, 8, 14, 21][1 + among(draw(luck, 5), 13)] as days_late
from drawn
inner join slots as regions
    on regions.dimension = 'region' and among(draw(luck, 1), 100) = regions.slot
inner join slots as kinds
    on kinds.dimension = 'customer_segment' and among(draw(luck, 2), 100) = kinds.slot
inner join slots as terms
    on terms.dimension = 'payment_terms' and among(draw(luck, 3), 100) = terms.slot;

create type customer as enum (select customer_name from customers order by customer);

-- A few customers have many deals; a third of the deals are spread evenly over all customers.
create table deals as
with drawn as (
    select number as deal, luck('deal', number) as luck, luck('terms', number) as terms_luck
    from range(1, getvariable('cases') + 1) as numbers (number)
),
started as (
    select
        drawn.*,
        getvariable('months')[1 + among(draw(luck, 0), len(getvariable('months')))] as month,
        (draw(luck, 1) * if(drawn.deal % 3 = 0, 65536, draw(luck, 2)) >> 16)
        * getvariable('customers') >> 16 as customer
    from drawn
)
select
    started.deal,
    customers.* exclude (customer, customer_name),
    cast(customers.customer_name as customer) as customer_name,
    minute_of(cast(date '2024-04-01' + to_months(started.month) as date))
    + among(draw(terms_luck, 0), 21 * 540) as started_minute,
    owners.person as sales_representative,
    owners.person_word as sales_representative_word,
    owners.team_word,
    successors.person_word as successor_word,
    successors.team_word as successor_team_word,
    managers.person_word as manager_word,
    if(chance(draw(terms_luck, 1), 25), minute_of(
        if(started_minute < minute_of(date '2025-04-01'), date '2025-04-01', date '2026-04-01')
    ), null) as handed_over_minute,
    products.segment as product_category,
    products.word as product_category_word,
    sources.segment as lead_source,
    sources.word as lead_source_word,
    word('contract_type', case
        when products.segment in ('Cloud Subscription', 'Maintenance') then 'Subscription'
        when products.segment = 'Professional Services' then 'Time and materials'
        else 'One-time'
    end) as contract_type_word,
    reasons.word as loss_reason_word,
    -- In yen, or in dollars at 150; before discount.
    spread(draw(terms_luck, 2))
    * if(customers.customer_segment in ('Enterprise', 'Public Sector'), 4, 1)
    * if(customers.currency_word = 'USD', 14, 2000) as list_amount,
    [0, 0, 0, 0, 5, 5, 5, 10, 10, 10, 10, 15, 15, 20, 20, 30][1 + among(draw(terms_luck, 3), 16)]
        as discount_percent,
    -- Two thirds of the deals are kept by people who record the stage.
    chance(draw(terms_luck, 4), 67) as has_stages
from started
inner join customers on started.customer = customers.customer
inner join slots as products
    on products.dimension = 'product_category' and among(draw(luck, 3), 100) = products.slot
inner join slots as sources
    on sources.dimension = 'lead_source' and among(draw(luck, 4), 100) = sources.slot
inner join slots as reasons
    on reasons.dimension = 'loss_reason' and among(draw(luck, 5), 100) = reasons.slot
inner join people as owners
    on owners.role = 'representative' and customers.region = owners.region
    and among(draw(luck, 6), owners.colleagues) = owners.place
inner join people as successors
    on successors.role = 'representative' and owners.region = successors.region
    and (owners.place + 1) % owners.colleagues = successors.place
inner join people as managers
    on managers.role = 'manager' and customers.region = managers.region
    and started.deal % managers.colleagues = managers.place;
