with

kpi_cases as (
    select * from {{ ref('kpi_cases') }}
),

kpi_values as (
    select * from {{ ref('kpi_values') }}
    where dimension = 'all' and period_grain in ('all', 'month')
),

-- Number of listed cases per KPI, for each month and for all months.
case_counts as (
    select
        kpi,
        coalesce(month, 'all') as period,
        count(*) as n
    from kpi_cases
    group by grouping sets ((kpi), (kpi, month))
)

select
    kpi_values.kpi,
    kpi_values.period,
    kpi_values.n,
    case_counts.n as listed
from kpi_values
full outer join case_counts
    on kpi_values.kpi = case_counts.kpi and kpi_values.period = case_counts.period
-- A KPI without any case has one row in kpi_values and none in kpi_cases.
where coalesce(kpi_values.n, -1) != coalesce(case_counts.n, 0)
