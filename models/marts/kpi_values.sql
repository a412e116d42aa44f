with

compared_kpis as (
    select * from {{ ref('compared_kpis') }}
),

kpi_values as (
    select
        kpi,
        case_kind,
        dimension,
        segment,
        period_grain,
        period,
        value,
        numerator,
        denominator,
        n,
        unit,
        currency,
        date_basis,
        low,
        high,
        p90,
        value_coverage,
        target,
        status,
        is_mature,
        baseline_value,
        baseline_n,
        change_low,
        change_high
    from compared_kpis
)

select * from kpi_values
