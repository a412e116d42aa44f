-- Reasons and remedies of a row with several faults are joined in the order of the import. A time
-- far before all others of its system is detected here, not by the import.

with

stg_events as (
    select * from {{ ref('stg_events') }}
),

early_rows as (
    select * from {{ ref('stray_rows') }}
    where is_early
),

reasons as (
    select * from {{ ref('reasons') }}
),

all_rejected_rows as (
    select
        stg_events.source_order,
        stg_events.source_file,
        stg_events.sheet,
        stg_events.source_row,
        stg_events.written_time,
        stg_events.raw,
        coalesce(stg_events.faults, 'time_implausible') as faults,
        coalesce(stg_events.fault_columns, 'EventTime') as fault_columns
    from stg_events
    left join early_rows on stg_events.source_order = early_rows.source_order
    where stg_events.faults is not null or early_rows.source_order is not null
),

-- A row has one remedy per reason.
remedies as (
    select
        all_rejected_rows.source_order,
        {{ ordered_text(
            'reasons.remedy_en', ' ', 'instr(all_rejected_rows.faults, reasons.reason)'
        ) }} as remedy_en,
        {{ ordered_text(
            'reasons.remedy_ja', '', 'instr(all_rejected_rows.faults, reasons.reason)'
        ) }} as remedy_ja
    from all_rejected_rows
    inner join reasons
        on concat(' ', all_rejected_rows.faults, ' ') like concat('% ', reasons.reason, ' %')
    group by all_rejected_rows.source_order
),

rejected_rows as (
    select
        all_rejected_rows.source_order,
        all_rejected_rows.source_file,
        all_rejected_rows.sheet,
        all_rejected_rows.source_row,
        all_rejected_rows.fault_columns as {{ quoted('column') }},
        case
            when all_rejected_rows.faults like '%time_%' then all_rejected_rows.written_time
        end as value,
        all_rejected_rows.faults as reasons,
        remedies.remedy_en,
        remedies.remedy_ja,
        all_rejected_rows.raw
    from all_rejected_rows
    left join remedies on all_rejected_rows.source_order = remedies.source_order
)

select * from rejected_rows
