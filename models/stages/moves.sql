-- The last visit has no next stage, so a case that never moved has no row here.

with

visits as (
    select * from {{ ref('visits') }}
),

moves as (
    select
        case_key,
        visit_number as move_number,
        stage as from_stage,
        next_stage as to_stage,
        moved_at,
        spent_us,
        direction
    from visits
    where next_stage is not null
)

select * from moves
