-- Rows of one file that are equal in every cell: most were exported twice, and each repeat counts
-- as rework. They remain events. Only events of a case at the same time can be equal, so text is
-- read from the landing for these alone.

with

timeline as (
    select * from {{ ref('timeline') }}
),

stg_events as (
    select * from {{ ref('stg_events') }}
),

-- Times at which a case has several events.
tied_moments as (
    select
        case_key,
        event_at
    from timeline
    where elapsed_us = 0
    group by case_key, event_at
),

tied_events as (
    select timeline.*
    from timeline
    inner join tied_moments
        on timeline.case_key = tied_moments.case_key and timeline.event_at = tied_moments.event_at
),

-- A row of a deals sheet contains several events; its repeat is another row.
compared_rows as (
    select
        stg_events.source_order,
        stg_events.import_id,
        stg_events.source_file,
        stg_events.sheet,
        stg_events.source_row,
        min(stg_events.source_row) over (
            partition by
                stg_events.import_id,
                tied_events.case_key,
                tied_events.activity_code,
                tied_events.event_at,
                {{ hash_key(joined_cells('stg_events', carried_columns() + described_columns() + [
                    'source_system', 'last_data_update', 'written_activity', 'is_date_only',
                    'sales_stage', 'resource', 'is_automated', 'opportunity_value', 'currency',
                    'document_amount', 'quote_number', 'order_number', 'invoice_number',
                    'receipt_number', 'other_columns', 'bad_cells'
                ])) }}
        ) as first_source_row
    from tied_events
    inner join stg_events on tied_events.source_order = stg_events.source_order
),

repeated_rows as (
    select
        compared_rows.source_order,
        compared_rows.import_id,
        compared_rows.source_row,
        {{ row_place('compared_rows') }} as place,
        compared_rows.first_source_row
    from compared_rows
    where compared_rows.source_row > compared_rows.first_source_row
)

select * from repeated_rows
