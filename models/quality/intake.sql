-- Landed rows = events + rejected + duplicates, per imported file and sheet; a test checks it.

with

stg_events as (
    select * from {{ ref('stg_events') }}
),

accepted_rows as (
    select * from {{ ref('accepted_rows') }}
),

duplicate_rows as (
    select * from {{ ref('duplicate_rows') }}
),

early_rows as (
    select * from {{ ref('stray_rows') }}
    where is_early
),

timeline as (
    select * from {{ ref('timeline') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

landed_rows as (
    select
        stg_events.import_id,
        max(stg_events.source_file) as source_file,
        max(stg_events.sheet) as sheet,
        count(distinct stg_events.source_row) as rows_read,
        count(*) as rows_landed,
        count(stg_events.faults) + count(early_rows.source_order) as rejected,
        count(*) filter (where stg_events.faults like '%time_example%') as example_rows,
        count(*) filter (
            where
            stg_events.faults like '%time_unreadable%'
            or stg_events.faults like '%time_ambiguous%'
            or stg_events.faults like '%time_nonexistent%'
        ) as times_rejected,
        count(duplicate_rows.source_order) as duplicates,
        count(*) filter (where duplicate_rows.is_changed) as changed,
        max(stg_events.last_data_update) as as_of,
        count(distinct case when not activity_codes.is_catalogued then stg_events.activity end)
            as unknown_activities
    from stg_events
    left join duplicate_rows on stg_events.source_order = duplicate_rows.source_order
    left join early_rows on stg_events.source_order = early_rows.source_order
    left join activity_codes on stg_events.activity = activity_codes.activity
    group by stg_events.import_id
),

-- Events of each import that are in the timeline.
import_events as (
    select
        accepted_rows.import_id,
        count(*) as events,
        min(timeline.event_at) as earliest_at,
        max(timeline.event_at) as latest_at
    from timeline
    inner join accepted_rows on timeline.source_order = accepted_rows.source_order
    group by accepted_rows.import_id
),

-- One row per optional cell that could not be read.
rejected_cells as (
    select
        import_id,
        {{ json_names('bad_cells') }} as column_name
    from stg_events
    where bad_cells is not null
),

cell_counts as (
    select
        import_id,
        count(*) as cells_rejected
    from rejected_cells
    group by import_id
),

intake as (
    select
        landed_rows.*,
        coalesce(import_events.events, 0) as events,
        import_events.earliest_at,
        import_events.latest_at,
        coalesce(cell_counts.cells_rejected, 0) as cells_rejected
    from landed_rows
    left join import_events on landed_rows.import_id = import_events.import_id
    left join cell_counts on landed_rows.import_id = cell_counts.import_id
)

select * from intake
