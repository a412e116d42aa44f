-- Columns whose days and months were most likely exchanged. Exchanged days fall on weekends as
-- chance has it, two in seven; half of that is asked for. Put right, and after the twelfth, days
-- must fall there four times more rarely. A system that works on weekends does so after the twelfth
-- too, and the firsts of months, on which bills are dated, stay on weekends when exchanged.

with

weekend_days as (
    select * from {{ ref('weekend_days') }}
),

suspect_columns as (
    select
        *,
        case
            when activity is not null then 'activity'
            when import_id is not null then 'file'
            else 'system'
        end as part_of_system
    from weekend_days
    where
        least(early_days, late_days) >= {{ var('minimum_cases') }}
        and 7 * early_weekend_days >= early_days
        and 4 * swapped_weekend_days <= early_weekend_days
        and 4 * late_weekend_days * early_days <= early_weekend_days * late_days
),

swapped_columns as (
    select
        source_system,
        part_of_system,
        coalesce(activity, source_file, 'EventTime') as column_name,
        import_id,
        events,
        early_events
    from suspect_columns
)

select * from swapped_columns
