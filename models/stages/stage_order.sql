-- Stages outside the stage list have no position in the order.

with

attribute_values as (
    select * from {{ ref('attribute_values') }}
),

stages as (
    select * from {{ ref('stages') }}
),

-- Steps are counted among the open and among the closed stages of a method.
ranked_stages as (
    select
        *,
        dense_rank() over (partition by sales_method, is_closed order by rank) as step
    from stages
),

stage_order as (
    select
        attribute_values.value_key as stage_key,
        attribute_values.value as stage,
        ranked_stages.sales_method,
        ranked_stages.step,
        coalesce(ranked_stages.is_closed, false) as is_closed,
        ranked_stages.outcome,
        ranked_stages.stalled_after_days
    from attribute_values
    left join ranked_stages on attribute_values.value = ranked_stages.stage
    where attribute_values.attribute = 'sales_stage'
)

select * from stage_order
