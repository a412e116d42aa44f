-- Overlap of the daily profile of a system with that of all others, for each shift of its clock in
-- hours. A system that was read in the wrong time zone fits only after a shift.

with

source_hours as (
    select * from {{ ref('source_hours') }}
),

-- The daily profile of a system: events with a time of day, per hour.
system_hours as (
    select
        source_system,
        hour_of_day,
        sum(timed) as timed
    from source_hours
    where timed > 0
    group by source_system, hour_of_day
),

system_sums as (
    select
        source_system,
        sum(timed) as timed
    from system_hours
    group by source_system
),

-- The daily profile of all other systems together, per system.
others as (
    select
        system_sums.source_system,
        system_sums.timed,
        system_hours.hour_of_day,
        sum(system_hours.timed) as others_timed,
        sum(sum(system_hours.timed)) over (partition by system_sums.source_system)
            as all_others_timed
    from system_sums
    inner join system_hours on system_sums.source_system != system_hours.source_system
    group by system_sums.source_system, system_sums.timed, system_hours.hour_of_day
),

clock_shifts as (
    select
        system_hours.source_system,
        (others.hour_of_day - system_hours.hour_of_day + 24) % 24 as shift_hours,
        max(others.timed) as timed,
        max(others.all_others_timed) as others_timed,
        sum(least(
            cast(system_hours.timed as double) / others.timed,
            cast(others.others_timed as double) / others.all_others_timed
        )) as overlap
    from system_hours
    inner join others on system_hours.source_system = others.source_system
    group by system_hours.source_system, (others.hour_of_day - system_hours.hour_of_day + 24) % 24
)

select * from clock_shifts
