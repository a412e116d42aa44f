-- Reasons and remedies of a row with several faults are joined in the order the import gave them.

with

stg_events as (
    select * from {{ ref('stg_events') }}
),

reasons as (
    select * from {{ ref('reasons') }}
),

rejected as (
    select * from stg_events
    where faults is not null
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
