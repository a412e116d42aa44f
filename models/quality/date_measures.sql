-- Measures of dates with day and month exchanged. An event can be suspect by its system, its
-- activity and its file; it counts once.

with

swapped_files as (
    select * from {{ ref('swapped_files') }}
),

swapped_columns as (
    select * from {{ ref('swapped_columns') }}
),

-- Suspect events of a system by each view: system, activity, file.
parts_of_systems as (
    select
        source_system,
        part_of_system,
        sum(early_events) as early_events
    from swapped_columns
    group by source_system, part_of_system
),

-- The largest view of a system includes the events of the others.
suspect_systems as (
    select
        source_system,
        max(early_events) as early_events
    from parts_of_systems
    group by source_system
),

suspect_events as (
    select coalesce(sum(early_events), 0) as early_events
    from suspect_systems
),

all_events as (
    select sum(events) as events
    from swapped_files
),

date_measures as (
    select
        'swapped_file_share' as measure,
        coalesce(sum(events) filter (where is_swapped), 0) as part,
        sum(events) as whole,
        {{ first_few('source_file', 'is_swapped') }} as examples
    from swapped_files
    where is_judged
    union all
    select
        'swapped_column_share',
        suspect_events.early_events,
        all_events.events,
        {{ first_few(
            "concat(swapped_columns.source_system, ', ', swapped_columns.column_name, ': ',
                swapped_columns.early_events, ' / ', swapped_columns.events)",
            'swapped_columns.source_system is not null'
        ) }}
    from all_events
    cross join suspect_events
    left join swapped_columns on true
    group by all_events.events, suspect_events.early_events
)

select * from date_measures
