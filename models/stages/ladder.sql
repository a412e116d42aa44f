-- Stages nobody listed stand on no rung.

with

words as (
    select * from {{ ref('words') }}
    where attribute = 'sales_stage'
),

stages as (
    select * from {{ ref('stages') }}
),

rungs as (
    select
        stage,
        sales_method,
        is_closed,
        outcome,
        dense_rank() over (partition by sales_method, is_closed order by rank) as step
    from stages
),

ladder as (
    select
        words.word_key as stage_key,
        words.word as stage,
        rungs.sales_method,
        rungs.step,
        coalesce(rungs.is_closed, false) as is_closed,
        rungs.outcome
    from words
    left join rungs on words.word = rungs.stage
)

select * from ladder
