with

moves as (
    select * from {{ ref('moves') }}
),

case_names as (
    select * from {{ ref('case_names') }}
),

stage_transitions as (
    select
        case_names.case_id,
        cast(moves.move_number as bigint) as move_number,
        moves.from_stage,
        moves.to_stage,
        moves.moved_at,
        {{ elapsed_days('moves.spent_us') }} as days_in_from_stage,
        moves.direction
    from moves
    inner join case_names on moves.case_key = case_names.case_key
)

select * from stage_transitions
