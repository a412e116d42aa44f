with

intake as (
    select * from {{ ref('intake') }}
),

intake_summary as (
    select
        cast(import_id as bigint) as import_id,
        source_file,
        sheet,
        rows_read,
        rows_landed,
        events,
        rejected,
        example_rows,
        duplicates,
        changed,
        cells_rejected,
        earliest_at,
        latest_at,
        as_of,
        unknown_activities
    from intake
)

select * from intake_summary
