-- Reasons and remedies of a row with several faults are joined in the order the import gave them.
-- A time far before all others of its system is known only here.

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

rejected as (
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

remedied as (
    select
        rejected.source_order,
        {{ ordered_text(
            'reasons.remedy_en', ' ', 'instr(rejected.faults, reasons.reason)'
        ) }} as remedy_en,
        {{ ordered_text(
            'reasons.remedy_ja', '', 'instr(rejected.faults, reasons.reason)'
        ) }} as remedy_ja
    from rejected
    inner join reasons
        on concat(' ', rejected.faults, ' ') like concat('% ', reasons.reason, ' %')
    group by rejected.source_order
),

rejected_rows as (
    select
        rejected.source_order,
        rejected.source_file,
        rejected.sheet,
        rejected.source_row,
        rejected.fault_columns as {{ quoted('column') }},
        case
            when rejected.faults like '%time_%' then rejected.written_time
        end as value,
        rejected.faults as reasons,
        remedied.remedy_en,
        remedied.remedy_ja,
        rejected.raw
    from rejected
    left join remedied on rejected.source_order = remedied.source_order
)

select * from rejected_rows
