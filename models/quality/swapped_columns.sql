-- Columns whose days and months were most likely exchanged. Exchanged days fall on weekends by
-- chance, two in seven; at least half of that is required. Corrected days, and days after the
-- twelfth, must fall on weekends four times less often: a system that works on weekends also does
-- so after the twelfth, and invoices dated on the first of a month are on weekends when corrected
-- too.

with

weekend_days as (
    select * from {{ ref('weekend_days') }}
),

-- Views that meet these conditions on enough days.
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
