-- Measures of the process: steps out of order, unknown stages, labels with two spellings, a
-- funnel that widens. Only listed stages that are not closed can follow each other.

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

spellings as (
    select * from {{ ref('spellings') }}
),

funnel as (
    select * from {{ ref('funnel') }}
),

stages as (
    select * from {{ ref('stages') }}
),

paths_judged as (
    select max(case_count) as case_count
    from precedences_kept
    group by path_key
),

judged as (
    select sum(case_count) as cases
    from paths_judged
),

early as (
    select
        early_steps.case_key,
        max(case_names.case_id) as case_id,
        bool_or(early_steps.is_swapped) as is_swapped
    from early_steps
    inner join case_names on early_steps.case_key = case_names.case_key
    group by early_steps.case_key
),

steps as (
    select
        count(*) as early,
        count(*) filter (where is_swapped) as swapped,
        {{ first_few('case_id', 'true') }} as early_examples,
        {{ first_few('case_id', 'is_swapped') }} as swapped_examples
    from early
),

visited as (
    select
        funnel.stage,
        funnel.entered_cases,
        stages.stage is null as is_unknown,
        lag(funnel.entered_cases) over (
            partition by stages.sales_method order by stages.rank, funnel.stage
        ) as entered_before
    from funnel
    left join stages on funnel.stage = stages.stage
),

process_measures as (
    select
        'early_step_share' as measure,
        steps.early as part,
        judged.cases as whole,
        steps.early_examples as examples
    from steps
    cross join judged
    union all
    select
        'swapped_date_share',
        steps.swapped,
        judged.cases,
        steps.swapped_examples
    from steps
    cross join judged
    union all
    select
        'spelling_share',
        count(*) filter (where spelling_count > 1),
        count(*),
        {{ first_few("concat(dimension, ': ', label)", 'spelling_count > 1') }}
    from spellings
    union all
    select
        'unknown_stage_share',
        coalesce(sum(entered_cases) filter (where is_unknown), 0),
        sum(entered_cases),
        {{ first_few('stage', 'is_unknown') }}
    from visited
    union all
    select
        'widening_funnel_share',
        coalesce(sum(entered_cases - entered_before) filter (
            where entered_cases > entered_before and not is_unknown
        ), 0),
        sum(entered_cases) filter (where not is_unknown),
        {{ first_few('stage', 'entered_cases > entered_before and not is_unknown') }}
    from visited
)

select * from process_measures
