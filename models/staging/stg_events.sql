-- Falls back to the demo log when the landing is empty.

with

landing as (
    select * from {{ source('landing', 'landing') }}
    union all
    select * from {{ ref('event_log') }}
    where not exists (select 1 from {{ source('landing', 'landing') }})
)

select
    -- where it came from
    import_id,
    source_file,
    coalesce(sheet, '') as sheet,
    source_row,
    source_order,
    coalesce(SourceSystem, source_file) as source_system,
    last_data_update,
    -- what happened, to which case, when
    coalesce(SalesOpportunity, LeadNumber) as case_id,
    activity,
    ActivityName as written_activity,
    EventTime as written_time,
    event_at,
    local_date,
    is_date_only,
    time_zone,
    -- who, where, in which stage
    SalesStage as sales_stage,
    SalesRepresentative as sales_representative,
    SalesTeam as sales_team,
    Region as region,
    Resource as resource,
    is_automated,
    -- money
    opportunity_value,
    {{ currency_code('Currency') }} as currency,
    discount_rate,
    list_amount,
    cost_amount,
    document_amount,
    TaxBasis as tax_basis,
    -- the deal
    LossReason as loss_reason,
    ProductServiceCategory as product_category,
    ContractType as contract_type,
    PaymentTerms as payment_terms,
    LeadSource as lead_source,
    CustomerName as customer_name,
    CustomerSegment as customer_segment,
    expected_close_date,
    promised_date,
    due_date,
    quote_valid_until,
    -- documents
    LeadNumber as lead_number,
    QuoteNumber as quote_number,
    OrderNumber as order_number,
    InvoiceNumber as invoice_number,
    ReceiptNumber as receipt_number,
    -- what the import could not place or read
    other_columns,
    faults,
    fault_columns,
    raw,
    bad_cells
from landing
