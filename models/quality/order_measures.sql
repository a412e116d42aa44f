-- Measures of order: cases in which an activity comes before one that must precede it, and those in
-- which exchanging day and month of a date would restore the order.

with

precedences_kept as (
    select * from {{ ref('precedences_kept') }}
),

early_steps as (
    select * from {{ ref('early_steps') }}
),

case_names as (
    select * from {{ ref('case_names') }}
),

-- Paths with both activities of a precedence.
judged_paths as (
    select max(case_count) as case_count
    from precedences_kept
    group by path_key
),

judged_cases as (
    select sum(case_count) as cases
    from judged_paths
),

-- Cases with an activity in the wrong order.
early_cases as (
    select
        early_steps.case_key,
        max(case_names.case_id) as case_id,
        bool_or(early_steps.is_swapped) as is_swapped
    from early_steps
    inner join case_names on early_steps.case_key = case_names.case_key
    group by early_steps.case_key
),

order_measures as (
    select
        'early_step_share' as measure,
        count(early_cases.case_key) as part,
        max(judged_cases.cases) as whole,
        {{ first_few('early_cases.case_id', 'true') }} as examples
    from judged_cases
    left join early_cases on true
    union all
    select
        'swapped_date_share',
        count(case when early_cases.is_swapped then 1 end),
        max(judged_cases.cases),
        {{ first_few('early_cases.case_id', 'early_cases.is_swapped') }}
    from judged_cases
    left join early_cases on true
)

select * from order_measures
