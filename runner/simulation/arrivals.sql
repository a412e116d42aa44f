-- The events up to the extract of their system in the order in which they arrived, with all that is
-- written of them. One in a hundred was never recorded, one in five hundred twice.
create view arrivals as
with recorded as (
    select
        *,
        unnest(range(
            case when copies_draw < 655 then 0 when copies_draw < 65405 then 1 else 2 end
        )) as copy
    from steps
)
select
    recorded.deal,
    recorded.part,
    activities.activity_code as activity,
    recorded.due_day,
    recorded.draw,
    recorded.minute + 3 * recorded.copy as minute,
    activities.activity_word,
    activities.phase,
    activities.system_word,
    activities.extracted_at,
    if(deals.has_stages, activities.stage_word, null) as stage_word,
    schedules.is_lead,
    schedules.has_lead_leg,
    schedules.parts,
    schedules.payments,
    schedules.is_credited,
    schedules.odd_draw,
    schedules.order_draw,
    schedules.discount_percent,
    day_of(schedules.started_minute) + 75 + schedules.odd_draw % 60 as expected_day,
    day_of(schedules.ordered_at) + 28 as promised_day,
    deals.list_amount,
    deals.list_amount * (100 - schedules.discount_percent) // 100 as net_amount,
    deals.is_in_dollars,
    deals.customer_name,
    deals.payment_terms_word,
    deals.region_word,
    deals.customer_segment_word,
    deals.product_category_word,
    deals.lead_source_word,
    deals.contract_type_word,
    deals.loss_reason_word,
    recorded.minute >= coalesce(deals.handed_over_minute, 99999999) as is_handed_over,
    if(is_handed_over, deals.successor_word, deals.sales_representative_word) as owner_word,
    if(is_handed_over, deals.successor_team_word, deals.team_word) as team_word,
    if(activities.role = 'representative', owner_word, doers.person_word) as resource_word
from recorded
inner join activities on recorded.activity = activities.activity
inner join deals on recorded.deal = deals.deal
inner join schedules on recorded.deal = schedules.deal
left join people as doers
    on activities.role = doers.role
    and (doers.region is null or deals.region = doers.region)
    and among(recorded.draw, doers.colleagues) = doers.place
where recorded.minute + 3 * recorded.copy < activities.minutes_told
order by minute, recorded.deal, recorded.leg, recorded.part, recorded.step, recorded.copy;
