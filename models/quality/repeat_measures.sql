-- Measures of repeats: rows that another import also has, and equal rows of one file.

with

intake as (
    select * from {{ ref('intake') }}
),

repeated_rows as (
    select * from {{ ref('repeated_rows') }}
),

repeats as (
    select
        count(*) as repeated,
        {{ first_few('place', 'true', pack('import_id', 'source_row')) }} as examples
    from repeated_rows
),

all_events as (
    select sum(events) as events from intake
),

repeat_measures as (
    select
        'duplicate_share' as measure,
        sum(duplicates) as part,
        sum(rows_landed) as whole,
        {{ first_few('source_file', 'duplicates > 0') }} as examples
    from intake
    union all
    select
        'repeated_row_share',
        repeats.repeated,
        all_events.events,
        repeats.examples
    from repeats
    cross join all_events
)

select * from repeat_measures
