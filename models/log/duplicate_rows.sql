-- Overlapping exports contain an event twice. The n-th such row of one import (file and sheet) is
-- the n-th of another; the row of the later extract wins. Repeats inside one import are real.

with

accepted_rows as (
    select * from {{ ref('accepted_rows') }}
),

stg_events as (
    select * from {{ ref('stg_events') }}
),

-- Cases with rows of more than one import; only these can have duplicates.
overlapping_cases as (
    select case_key
    from accepted_rows
    group by case_key
    having min(import_id) < max(import_id)
),

-- Rows of these cases: the cells that identify an event, and the cells that can differ.
compared_rows as (
    select
        accepted_rows.source_order,
        accepted_rows.import_id,
        accepted_rows.case_key,
        accepted_rows.activity_code,
        accepted_rows.event_at,
        stg_events.last_data_update,
        {{ joined_cells('stg_events', [
            'resource', 'lead_number', 'quote_number', 'order_number', 'invoice_number',
            'receipt_number', 'document_amount'
        ]) }} as same_event,
        {{ joined_cells('stg_events', [
            'opportunity_value', 'currency', 'sales_stage', 'sales_representative', 'sales_team',
            'region', 'loss_reason', 'discount_rate', 'list_amount', 'cost_amount', 'tax_basis',
            'product_category', 'contract_type', 'payment_terms', 'lead_source', 'customer_name',
            'customer_segment', 'expected_close_date', 'promised_date', 'due_date',
            'quote_valid_until', 'is_automated', 'other_columns', 'bad_cells'
        ]) }} as remaining_cells
    from accepted_rows
    inner join overlapping_cases on accepted_rows.case_key = overlapping_cases.case_key
    inner join stg_events on accepted_rows.source_order = stg_events.source_order
),

-- `occurrence` numbers equal rows within one import.
numbered_rows as (
    select
        *,
        row_number() over (
            partition by import_id, case_key, activity_code, event_at, same_event
            order by source_order
        ) as occurrence
    from compared_rows
),

-- Rows of one event, that of the later extract first.
ranked_rows as (
    select
        source_order,
        row_number() over later_first as place,
        first_value(source_order) over later_first as kept_source_order,
        remaining_cells,
        first_value(remaining_cells) over later_first as kept_remaining_cells
    from numbered_rows
    window later_first as (
        partition by case_key, activity_code, event_at, same_event, occurrence
        order by last_data_update desc nulls last, source_order desc
    )
),

duplicate_rows as (
    select
        source_order,
        kept_source_order,
        remaining_cells != kept_remaining_cells as is_changed
    from ranked_rows
    where place > 1
)

select * from duplicate_rows
