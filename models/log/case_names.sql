-- Cases are joined by a hash of their id. Two ids with one hash would merge two cases: the test on
-- other_case_id stops the build instead.

with

stg_events as (
    select * from {{ ref('stg_events') }}
),

case_names as (
    select
        {{ hash_key('case_id') }} as case_key,
        min(case_id) as case_id,
        max(case_id) as other_case_id
    from stg_events
    where faults is null
    group by {{ hash_key('case_id') }}
)

select * from case_names
