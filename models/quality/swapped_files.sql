-- Files that were most likely read with day and month exchanged: no day after the twelfth, while
-- the rest, at least half as many rows, was rejected. Without rejected times it can be an export of
-- early days.

with

source_hours as (
    select * from {{ ref('source_hours') }}
),

intake as (
    select * from {{ ref('intake') }}
),

-- Number of rows and of days after the twelfth, per file.
file_sums as (
    select
        import_id,
        max(source_file) as source_file,
        sum(events) as events,
        sum(late_days) as late_days
    from source_hours
    group by import_id
),

swapped_files as (
    select
        file_sums.import_id,
        file_sums.source_file,
        file_sums.events,
        file_sums.events >= {{ var('minimum_cases') }} as is_judged,
        file_sums.late_days = 0 and 2 * intake.times_rejected >= file_sums.events as is_swapped
    from file_sums
    inner join intake on file_sums.import_id = intake.import_id
)

select * from swapped_files
