with

judged_kpis as (
    select * from {{ ref('judged_kpis') }}
),

kpi_values as (
    select
        kpi,
        case_kind,
        dimension,
        segment,
        case when month is null then 'all' else 'month' end as period_grain,
        coalesce(month, 'all') as period,
        value,
        numerator,
        denominator,
        n,
        unit,
        currency,
        date_basis,
        low,
        high,
        value_coverage,
        target,
        status
    from judged_kpis
)

select * from kpi_values
