-- Measures of source systems: days between their extracts, and days without an event.

with

source_systems as (
    select * from {{ ref('source_systems') }}
),

as_of_moment as (
    select * from {{ ref('as_of_moment') }}
),

-- `days_behind`: from the extract to the latest one; `days_quiet`: without an event.
system_days as (
    select
        source_systems.source_system,
        {{ dates_between(
            'cast(source_systems.last_data_update as date)',
            'cast(max(source_systems.last_data_update) over () as date)'
        ) }} as days_behind,
        greatest({{ dates_between(
            'cast(source_systems.latest_event_at as date)', 'cast(as_of_moment.as_of as date)'
        ) }}, 0) as days_quiet
    from source_systems
    cross join as_of_moment
),

maxima as (
    select
        max(days_behind) as days_behind,
        max(days_quiet) as days_quiet
    from system_days
),

source_measures as (
    select
        'extract_lag_days' as measure,
        maxima.days_behind as part,
        1 as whole,
        {{ first_few(
            'system_days.source_system', 'system_days.days_behind = maxima.days_behind'
        ) }} as examples
    from maxima
    left join system_days on maxima.days_behind = system_days.days_behind
    group by maxima.days_behind
    union all
    select
        'quiet_days',
        maxima.days_quiet,
        1,
        {{ first_few('system_days.source_system', 'system_days.days_quiet = maxima.days_quiet') }}
    from maxima
    left join system_days on maxima.days_quiet = system_days.days_quiet
    group by maxima.days_quiet
)

select * from source_measures
