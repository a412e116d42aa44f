-- The moment up to which the log is complete: the var, else the earliest of the systems' latest
-- extracts, else the latest event. Later events are kept and flagged; no outcome, stage or value
-- depends on them.

with

source_systems as (
    select * from {{ ref('source_systems') }}
),

chosen_moment as (
    select
        coalesce(
            cast(nullif('{{ var("as_of") }}', '') as timestamp),
            min(last_data_update),
            max(latest_event_at)
        ) as as_of
    from source_systems
),

as_of_moment as (
    select
        as_of,
        {{ local_time('as_of', "'" ~ var('reporting_time_zone') ~ "'") }} as as_of_local,
        '{{ var("reporting_time_zone") }}' as reporting_time_zone
    from chosen_moment
)

select * from as_of_moment
