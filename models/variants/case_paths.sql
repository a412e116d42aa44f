-- The path of a case, and the rework in it.

with

case_facts as (
    select * from {{ ref('case_facts') }}
),

paths as (
    select * from {{ ref('paths') }}
),

path_activities as (
    select * from {{ ref('path_activities') }}
),

-- Rework events per path.
reworked_paths as (
    select
        path_key,
        sum(rework_events) as rework_event_count
    from path_activities
    group by path_key
),

case_paths as (
    select
        case_facts.case_key,
        paths.path_key,
        cast(reworked_paths.rework_event_count as bigint) as rework_event_count
    from case_facts
    inner join paths
        on
            case_facts.signature = paths.signature
            and case_facts.event_count = paths.event_count
    inner join reworked_paths on paths.path_key = reworked_paths.path_key
)

select * from case_paths
