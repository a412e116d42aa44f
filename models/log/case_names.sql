-- Cases are joined by a hash of their id. Two ids with one hash would merge two cases; the
-- test of the key stops such a build.

with

stg_events as (
    select * from {{ ref('stg_events') }}
),

case_names as (
    select
        {{ hash_key('case_id') }} as case_key,
        case_id
    from stg_events
    where faults is null
    group by case_id
)

select * from case_names
