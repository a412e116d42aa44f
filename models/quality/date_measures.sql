-- Measures of dates with day and month exchanged. A file without a day after the twelfth was read
-- the wrong way round when the rest, at least half as many rows, was refused; without refusals it
-- may well be an export of early days. An event may be suspect in its system, its activity and its
-- file; it counts once.

with

source_hours as (
    select * from {{ ref('source_hours') }}
),

intake as (
    select * from {{ ref('intake') }}
),

swapped_columns as (
    select * from {{ ref('swapped_columns') }}
),

files as (
    select
        import_id,
        max(source_file) as source_file,
        sum(events) as events,
        sum(late_days) as late_days
    from source_hours
    group by import_id
),

judged_files as (
    select
        files.source_file,
        files.events,
        files.late_days = 0 and 2 * intake.times_rejected >= files.events as is_swapped
    from files
    inner join intake on files.import_id = intake.import_id
    where files.events >= {{ var('minimum_cases') }}
),

parts as (
    select
        source_system,
        part_of_system,
        sum(early_events) as early_events
    from swapped_columns
    group by source_system, part_of_system
),

systems as (
    select
        source_system,
        max(early_events) as early_events
    from parts
    group by source_system
),

suspect as (
    select sum(early_events) as early_events
    from systems
),

log as (
    select sum(events) as events
    from files
),

date_measures as (
    select
        'swapped_file_share' as measure,
        coalesce(sum(events) filter (where is_swapped), 0) as part,
        sum(events) as whole,
        {{ first_few('source_file', 'is_swapped') }} as examples
    from judged_files
    union all
    select
        'swapped_column_share',
        coalesce(suspect.early_events, 0),
        log.events,
        {{ first_few(
            "concat(swapped_columns.source_system, ', ', swapped_columns.column_name, ': ',
                swapped_columns.early_events, ' / ', swapped_columns.events)",
            'swapped_columns.source_system is not null'
        ) }}
    from log
    cross join suspect
    left join swapped_columns on true
    group by log.events, suspect.early_events
)

select * from date_measures
