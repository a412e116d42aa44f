with

conditions as (
    select population as condition from {{ ref('kpis') }}
    union
    select numerator from {{ ref('kpis') }}
    where form = 'share'
),

-- Macro meets must return true for each condition when all flags are true.
conditions_with_flags as (
    select
        condition,
        true as is_won,
        true as is_closed,
        true as is_paid,
        true as is_lead,
        true as is_converted,
        true as is_reworked,
        true as is_mature
    from conditions
)

select condition from conditions_with_flags
where {{ meets('condition') }} is distinct from true
