-- The last twelve months are compared with the twelve before: the same months a year ago.

with

judged_kpis as (
    select * from {{ ref('judged_kpis') }}
),

baselines as (
    select * from judged_kpis
    where period_grain = 'baseline'
),

compared_kpis as (
    select
        judged_kpis.*,
        baselines.value as baseline_value,
        case
            when judged_kpis.period_grain = 'last_12_months' then coalesce(baselines.n, 0)
        end as baseline_n,
        {{ mover_bound(
            'judged_kpis.value', 'judged_kpis.low', 'baselines.value', 'baselines.high', '-'
        ) }} as change_low,
        {{ mover_bound(
            'judged_kpis.value', 'judged_kpis.high', 'baselines.value', 'baselines.low', '+'
        ) }} as change_high
    from judged_kpis
    left join baselines
        on
            judged_kpis.kpi = baselines.kpi
            and judged_kpis.dimension = baselines.dimension
            and judged_kpis.segment = baselines.segment
            and judged_kpis.period_grain = 'last_12_months'
    where judged_kpis.period_grain != 'baseline'
)

select * from compared_kpis
