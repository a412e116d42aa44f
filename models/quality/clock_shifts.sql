-- The hours of one system against those of all others: turning its clock by so many hours, how much
-- of the two profiles overlaps. A system read in the wrong time zone fits only when turned.

with

source_hours as (
    select * from {{ ref('source_hours') }}
),

hours as (
    select
        source_system,
        hour_of_day,
        sum(timed) as timed
    from source_hours
    where timed > 0
    group by source_system, hour_of_day
),

systems as (
    select
        source_system,
        sum(timed) as timed
    from hours
    group by source_system
),

others as (
    select
        systems.source_system,
        systems.timed,
        hours.hour_of_day,
        sum(hours.timed) as others_timed,
        sum(sum(hours.timed)) over (partition by systems.source_system) as all_others_timed
    from systems
    inner join hours on systems.source_system != hours.source_system
    group by systems.source_system, systems.timed, hours.hour_of_day
),

clock_shifts as (
    select
        hours.source_system,
        (others.hour_of_day - hours.hour_of_day + 24) % 24 as hours_turned,
        max(others.timed) as timed,
        max(others.all_others_timed) as others_timed,
        sum(least(
            cast(hours.timed as double) / others.timed,
            cast(others.others_timed as double) / others.all_others_timed
        )) as overlap
    from hours
    inner join others on hours.source_system = others.source_system
    group by hours.source_system, (others.hour_of_day - hours.hour_of_day + 24) % 24
)

select * from clock_shifts
