with

-- Number of cases per KPI, period and dimension.
dimension_sums as (
    select
        kpi,
        period_grain,
        period,
        dimension,
        sum(n) as n
    from {{ ref('kpi_values') }}
    group by kpi, period_grain, period, dimension
)

select dimension_sums.*
from dimension_sums
inner join dimension_sums as whole
    on
        dimension_sums.kpi = whole.kpi
        and dimension_sums.period_grain = whole.period_grain
        and dimension_sums.period = whole.period
        and whole.dimension = 'all'
where dimension_sums.n != whole.n
