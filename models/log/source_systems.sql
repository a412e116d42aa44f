-- First and last times of a system. A system without an extract time does not limit the as-of
-- moment. A few times far from the rest of their system are ignored: a mistyped year must not move
-- the as-of moment. Few means a share of the rows (var stray_share), at most a fifth.

with

source_days as (
    select * from {{ ref('source_days') }}
),

-- Each day with the gaps around it, and the number of rows up to it and from it.
spaced_days as (
    select
        *,
        {{ dates_between('lag(happened_on) over by_day', 'happened_on') }} as days_since_last,
        {{ dates_between('happened_on', 'lead(happened_on) over by_day') }} as days_to_next,
        sum(landed_rows) over by_day as rows_until,
        sum(landed_rows) over later as rows_from,
        least(
            ceil({{ var('stray_share') }} * sum(landed_rows) over all_days),
            sum(landed_rows) over all_days / 5
        ) as few_rows
    from source_days
    where happened_on is not null
    window
        by_day as (partition by source_system, is_extract order by happened_on),
        later as (
            partition by source_system, is_extract order by happened_on
            rows between current row and unbounded following
        ),
        all_days as (partition by source_system, is_extract)
),

-- Early: up to a long gap with few rows before it. Late: from a long gap with few rows after it.
judged_days as (
    select
        *,
        coalesce(max(case
            when
                not is_extract
                and rows_until <= few_rows
                and days_to_next >= 365.25 * {{ var('early_gap_years') }}
                then happened_on
        end) over all_days >= happened_on, false) as is_early,
        coalesce(min(case
            when rows_from <= few_rows and days_since_last >= {{ var('late_gap_days') }}
                then happened_on
        end) over all_days <= happened_on, false) as is_late
    from spaced_days
    window all_days as (partition by source_system, is_extract)
),

-- First and last times without outliers.
system_limits as (
    select
        source_system,
        max(latest_at) filter (where is_extract and not is_late) as last_data_update,
        min(earliest_at) filter (where not is_extract and not is_early) as earliest_event_at,
        max(latest_at) filter (where not is_extract and not is_late) as latest_event_at,
        bool_or(not is_extract and (is_early or is_late)) as has_strays
    from judged_days
    group by source_system
),

-- A system whose times are all unreadable has no day.
systems as (
    select
        source_system,
        sum(landed_rows) filter (where is_extract) as landed_rows
    from source_days
    group by source_system
),

source_systems as (
    select
        systems.source_system,
        cast(systems.landed_rows as bigint) as landed_rows,
        system_limits.last_data_update,
        system_limits.earliest_event_at,
        system_limits.latest_event_at,
        coalesce(system_limits.has_strays, false) as has_strays
    from systems
    left join system_limits on systems.source_system = system_limits.source_system
)

select * from source_systems
