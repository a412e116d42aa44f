-- A rate has its interval in judged_kpis.

with

kpi_medians as (
    select * from {{ ref('kpi_medians') }}
),

kpi_rates as (
    select * from {{ ref('kpi_rates') }}
),

kpi_figures as (
    select
        kpi,
        segment_key,
        period_grain,
        period,
        n,
        n as known,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        value,
        low,
        high,
        p90
    from kpi_medians
    union all
    select
        kpi,
        segment_key,
        period_grain,
        period,
        n,
        known,
        numerator,
        denominator,
        value,
        cast(null as double) as low,
        cast(null as double) as high,
        cast(null as double) as p90
    from kpi_rates
)

select * from kpi_figures
