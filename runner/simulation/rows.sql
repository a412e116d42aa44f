-- The template columns as text. Texts of times are computed once, for all working days and for the
-- minutes of one day.
set variable days = (
    select list(strftime(moment(540 * day), '%Y-%m-%d') order by day) from range(800) as days (day)
);
set variable hours = (
    select list(strftime(moment(minute), 'T%H:%M:%S+09:00') order by minute)
    from range(540) as minutes (minute)
);

create view written as
with sides as (
    select
        *,
        phase in ('lead', 'opportunity', 'quote', 'contract') as is_sales,
        phase in ('invoice', 'cash') as is_finance,
        is_sales and phase != 'lead' as is_deal,
        activity in ('Quote Created', 'Quote Revised') as is_quote,
        phase = 'quote' as has_quote,
        phase in ('quote', 'contract') as has_terms,
        activity = 'Invoice Sent' and draw % 10 < 8
        or activity = 'Sales Stage Changed' and draw % 10 < 3 as is_automatic,
        right((100000000 + deal)::varchar, 8) as document,
        if(is_credited, part_amount // 10, 0) as credit
    from arrivals
)
select
    if(is_lead, null, concat('OPP-', document)) as "SalesOpportunity",
    activity_word as "ActivityName",
    concat(
        getvariable('days')[1 + minute // 540],
        if(is_finance, '', getvariable('hours')[1 + minute % 540])
    ) as "EventTime",
    system_word as "SourceSystem",
    extracted_word as "LastDataUpdate",
    case
        when not is_deal and activity != 'Lead Converted' then null
        -- Many systems set the amount to zero when a deal is lost.
        when activity = 'Opportunity Lost' and odd_draw % 4 = 0 then 0
        when phase in ('lead', 'opportunity') and activity not like 'Opportunity %'
            or activity = 'Opportunity Created' then list_amount
        else net_amount
    end::varchar as "OpportunityValue",
    stage_word as "SalesStage",
    if(is_sales, owner_word, null) as "SalesRepresentative",
    if(is_sales, region_word, null) as "Region",
    if(activity = 'Opportunity Lost' and odd_draw % 12 > 0, loss_reason_word, null)
        as "LossReason",
    if(
        is_quote or activity = 'Discount Approved',
        concat('0.', lpad(discount_percent::varchar, 2, '0')), null
    ) as "DiscountRate",
    if(is_quote, list_amount, null)::varchar as "ListAmount",
    if(is_quote, list_amount * 62 // 100, null)::varchar as "CostAmount",
    if(is_sales, product_category_word, null) as "ProductServiceCategory",
    if(has_terms, contract_type_word, null) as "ContractType",
    if(has_terms or not is_sales, payment_terms_word, null) as "PaymentTerms",
    if(is_sales, lead_source_word, null) as "LeadSource",
    customer_name::varchar as "CustomerName",
    if(is_sales, customer_segment_word, null) as "CustomerSegment",
    if(is_sales, team_word, null) as "SalesTeam",
    currency_word as "Currency",
    if(is_finance, cast(getvariable('excluded') as word), null) as "TaxBasis",
    if(is_deal, expected_day, null)::varchar as "ExpectedCloseDate",
    if(activity in ('Sales Order Created', 'Order Fulfilled'), promised_day, null)::varchar
        as "PromisedDate",
    if(activity = 'Invoice Generated', due_day, null)::varchar as "DueDate",
    if(is_quote, day_of(minute) + 60, null)::varchar as "QuoteValidUntil",
    case
        when not is_automatic then resource_word
        when is_finance then cast('AutoInvoice' as word)
        else cast('CX Workflow' as word)
    end as "Resource",
    case when activity in ('Invoice Generated', 'Invoice Sent', 'Sales Stage Changed')
        then cast(if(is_automatic, getvariable('yes'), getvariable('no')) as word)
    end as "Automated",
    if(phase = 'lead', concat('LD-', document), null) as "LeadNumber",
    if(has_quote, concat('Q-', document), null) as "QuoteNumber",
    if(not is_sales and not is_finance, concat('SO-', document), null)
        as "OrderNumber",
    if(is_finance, concat('INV-', document, '-', part + 1), null)
        as "InvoiceNumber",
    if(activity like 'Payment Re%ed', concat('RC-', document, '-', part + 1), null)
        as "ReceiptNumber",
    case activity
        when 'Sales Order Created' then net_amount
        when 'Order Cancelled' then net_amount
        when 'Order Fulfilled' then part_amount
        when 'Invoice Generated' then part_amount
        when 'Invoice Cancelled' then part_amount
        when 'Credit Note Issued' then credit
        when 'Payment Reversed' then part_amount - credit
        when 'Payment Received' then
            (part_amount - credit) // if(order_draw % 90 = 8, 1, payments)
            -- The bank deducts its fee from one payment in twenty.
            - if(currency_word = 'JPY' and draw % 20 = 0, 550, 0)
    end::varchar as "Amount"
from sides;
