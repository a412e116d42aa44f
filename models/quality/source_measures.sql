-- Measures of source systems: how far their extracts lie apart, how long one has been quiet and
-- whether its clock is off.

with

source_systems as (
    select * from {{ ref('source_systems') }}
),

as_of_moment as (
    select * from {{ ref('as_of_moment') }}
),

clock_shifts as (
    select * from {{ ref('clock_shifts') }}
),

systems as (
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

lags as (
    select
        max(days_behind) as days_behind,
        max(days_quiet) as days_quiet
    from systems
),

clocks as (
    select
        source_system,
        max(timed) as timed,
        max_by(hours_turned, overlap) as best_turn,
        max(overlap) - coalesce(max(overlap) filter (where hours_turned = 0), 0) as gain,
        least(max(timed), max(others_timed)) >= {{ var('minimum_cases') }} as is_judged
    from clock_shifts
    group by source_system
),

source_measures as (
    select
        'extract_lag_days' as measure,
        lags.days_behind as part,
        1 as whole,
        {{ first_few('systems.source_system', 'systems.days_behind = lags.days_behind') }}
            as examples
    from lags
    left join systems on lags.days_behind = systems.days_behind
    group by lags.days_behind
    union all
    select
        'quiet_days',
        lags.days_quiet,
        1,
        {{ first_few('systems.source_system', 'systems.days_quiet = lags.days_quiet') }}
    from lags
    left join systems on lags.days_quiet = systems.days_quiet
    group by lags.days_quiet
    union all
    select
        'clock_shift_share',
        coalesce(sum(timed) filter (where gain > {{ var('clock_shift_gain') }}), 0),
        sum(timed),
        {{ first_few(
            "concat(source_system, ' +', best_turn, ' h')", 'gain > ' ~ var('clock_shift_gain')
        ) }}
    from clocks
    where is_judged
)

select * from source_measures
