-- Activities that come before an activity that must precede them, and whether exchanging day and
-- month of one of the two dates restores the order: then the date was most likely misread.

with

precedences_kept as (
    select * from {{ ref('precedences_kept') }}
),

case_paths as (
    select * from {{ ref('case_paths') }}
),

occurrences as (
    select * from {{ ref('occurrences') }}
),

-- Cases of paths in the wrong order.
broken_precedences as (
    select
        case_paths.case_key,
        precedences_kept.activity_code,
        precedences_kept.must_follow_code
    from precedences_kept
    inner join case_paths on precedences_kept.path_key = case_paths.path_key
    where not precedences_kept.is_kept
),

-- The first date of both activities.
dated_steps as (
    select
        broken_precedences.*,
        cast(steps.first_local_at as date) as happened_on,
        cast(earlier_steps.first_local_at as date) as must_follow_on
    from broken_precedences
    left join occurrences as steps
        on
            broken_precedences.case_key = steps.case_key
            and broken_precedences.activity_code = steps.activity_code
    left join occurrences as earlier_steps
        on
            broken_precedences.case_key = earlier_steps.case_key
            and broken_precedences.must_follow_code = earlier_steps.activity_code
),

early_steps as (
    select
        case_key,
        activity_code,
        must_follow_code,
        coalesce({{ swapped_date('happened_on') }} >= must_follow_on, false)
        or coalesce({{ swapped_date('must_follow_on') }} <= happened_on, false) as is_swapped
    from dated_steps
)

select * from early_steps
