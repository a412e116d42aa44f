with

funnel as (
    select * from {{ ref('funnel') }}
),

stage_funnel as (
    select
        stage,
        entered_cases,
        progressed_cases,
        returned_cases,
        lost_cases,
        open_cases,
        stalled_cases,
        cast(progressed_cases as double) / entered_cases as conversion,
        {{ elapsed_days('median_us') }} as median_days,
        {{ elapsed_days('p90_us') }} as p90_days
    from funnel
)

select * from stage_funnel
