-- Systems with a shifted clock: after a shift by some hours, their daily profile fits that of the
-- others far better.

with

clock_shifts as (
    select * from {{ ref('clock_shifts') }}
),

-- The best shift of each system and its gain over no shift.
judged_clocks as (
    select
        source_system,
        max(timed) as timed,
        max_by(shift_hours, overlap) as best_shift,
        max(overlap) - coalesce(max(overlap) filter (where shift_hours = 0), 0) as gain,
        least(max(timed), max(others_timed)) >= {{ var('minimum_cases') }} as is_judged
    from clock_shifts
    group by source_system
),

clock_measures as (
    select
        'clock_shift_share' as measure,
        coalesce(sum(timed) filter (where gain > {{ var('clock_shift_gain') }}), 0) as part,
        sum(timed) as whole,
        {{ first_few(
            "concat(source_system, ' +', best_shift, ' h')", 'gain > ' ~ var('clock_shift_gain')
        ) }} as examples
    from judged_clocks
    where is_judged
)

select * from clock_measures
