with

-- Number of cases per KPI, period and dimension.
cuts as (
    select
        kpi,
        period,
        dimension,
        sum(n) as n
    from {{ ref('kpi_values') }}
    group by kpi, period, dimension
)

select cuts.*
from cuts
inner join cuts as whole
    on
        cuts.kpi = whole.kpi
        and cuts.period = whole.period
        and whole.dimension = 'all'
where cuts.n != whole.n
