-- Measures of labels: labels with two spellings, stages outside the stage list, and a stage that
-- more cases entered than the stage before it. Only listed open stages of one sales method can
-- follow each other.

with

spellings as (
    select * from {{ ref('spellings') }}
),

funnel as (
    select * from {{ ref('funnel') }}
),

stages as (
    select * from {{ ref('stages') }}
),

-- Stages with the number of cases that entered the stage before them.
visited_stages as (
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

label_measures as (
    select
        'spelling_share' as measure,
        count(*) filter (where spelling_count > 1) as part,
        count(*) as whole,
        {{ first_few("concat(dimension, ': ', label)", 'spelling_count > 1') }} as examples
    from spellings
    union all
    select
        'unknown_stage_share',
        coalesce(sum(entered_cases) filter (where is_unknown), 0),
        sum(entered_cases),
        {{ first_few('stage', 'is_unknown') }}
    from visited_stages
    union all
    select
        'widening_funnel_share',
        coalesce(sum(entered_cases - entered_before) filter (
            where entered_cases > entered_before and not is_unknown
        ), 0),
        sum(entered_cases) filter (where not is_unknown),
        {{ first_few('stage', 'entered_cases > entered_before and not is_unknown') }}
    from visited_stages
)

select * from label_measures
