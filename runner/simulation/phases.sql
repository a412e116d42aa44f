-- The phases of each deal: the activities of one phase in order, the working minute of the first
-- and the minutes until the last. Deliveries, invoices and payments have one phase per part.
create view phases as
with delivered as (
    select
        deal,
        unnest(range(parts)) as part,
        ordered_at + fulfilment_takes + part * 5000 as fulfilled_at,
        fulfilled_at + invoicing_takes as invoiced_at,
        due_on(day_of(invoiced_at), payment_terms) as due_day,
        invoicing_takes,
        is_disputed,
        is_credited,
        is_paid,
        payments,
        days_late,
        order_draw
    from schedules
    where is_ordered and not is_cancelled
)
select deal, 1 as phase, 0 as part, started_minute as began_minute, lead_takes as minutes,
    cast(null as date) as due_day,
    ['Lead Captured'] || times('Lead Contacted', contacts) || case ends
        when 'untouched' then nothing()
        when 'disqualified' then ['Lead Disqualified']
        else ['Lead Qualified', 'Lead Converted']
    end as activities
from schedules where has_lead_phase
union all
select deal, 2, 0, opportunity_at, opportunity_takes, null,
    if(not has_lead_phase or odd_draw % 5 = 0, ['Opportunity Created'], nothing())
    || times('Needs Analysis Completed', analyses)
    || if(odd_draw % 3 = 0, ['Credit Check Passed'], nothing())
    || if(odd_draw % 8 = 1, ['Sales Stage Changed'], nothing())
    || if(ends = 'lost early', ['Opportunity Lost'], nothing())
from schedules where not is_lead
union all
select deal, 3, 0, quote_at, quote_takes, null,
    ['Quote Created'] || times('Quote Revised', revisions)
from schedules where is_quoted
union all
select deal, 4, 0, approval_at, approval_takes, null,
    ['Approval Requested']
    || flatten(times(['Approval Returned', 'Approval Requested'], returns))
    || if(discount_percent > 0, ['Discount Approved'], nothing()) || ['Quote Approved']
from schedules where is_quoted and asks_approval
union all
select deal, 5, 0, negotiation_at, negotiation_takes, null,
    ['Quote Issued'] || flatten(times(['Quote Revised', 'Quote Issued'], reissues))
    || if(
        odd_draw % 64 = 2,
        ['Opportunity Lost', 'Opportunity Reopened', 'Quote Issued'], nothing()
    )
    || case ends
        when 'won' then ['Quote Accepted']
        when 'lost' then ['Opportunity Lost']
        when 'no sale' then ['Opportunity Closed Without Sale']
        else nothing()
    end
from schedules where is_quoted
union all
select deal, 6, 0, contract_at, contract_takes, null,
    case odd_draw % 6
        when 0 then ['Opportunity Won']
        when 1 then ['Opportunity Won', 'Contract Signed']
        else ['Contract Signed', 'Opportunity Won']
    end || if(odd_draw % 25 = 1, ['Contract Amended'], nothing())
from schedules where ends = 'won'
union all
select deal, 7, 0, order_at, order_takes, null,
    if(order_draw % 2 = 0, ['Customer Order Received'], nothing()) || ['Sales Order Created']
    || times('Order Changed', order_changes) || if(is_cancelled, ['Order Cancelled'], nothing())
from schedules where is_ordered
union all
select deal, 8, part, fulfilled_at, least(invoicing_takes, 540), null,
    ['Order Fulfilled'] || if(order_draw % 5 < 3, ['Delivery Accepted'], nothing())
from delivered
union all
select deal, 9, part, invoiced_at, 540 * (1 + is_disputed::integer * 3 + is_credited::integer),
    due_day,
    ['Invoice Generated', 'Invoice Sent']
    || if(is_disputed, ['Invoice Cancelled', 'Invoice Generated', 'Invoice Sent'], nothing())
    || if(is_credited, ['Credit Note Issued'], nothing())
from delivered
union all
select deal, 10, part, minute_of(due_day + if(days_late < 10, days_late, 0)),
    if(days_late < 10, 2700, minute_of(due_day + days_late) - minute_of(due_day)), due_day,
    times('Payment Reminder Sent', least(days_late // 10, 3))
    || case
        when order_draw % 120 = 7 then ['Receivable Written Off']
        when order_draw % 90 = 8 then ['Payment Received', 'Payment Reversed', 'Payment Received']
        else times('Payment Received', payments)
    end
from delivered where is_paid
union all
select deal, 11, 0, cleared_at, 0, null,
    [if(is_lead, 'Lead Disqualified', 'Opportunity Closed Without Sale')]
from schedules where is_cleared;
