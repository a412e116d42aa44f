-- A KPI has the periods `all` and `last_12_months` in each of its segments and in the whole log,
-- with or without a case.

with

kpi_figures as (
    select * from {{ ref('kpi_figures') }}
),

kpi_months as (
    select * from {{ ref('kpi_months') }}
),

kpis as (
    select * from {{ ref('kpis') }}
),

segments as (
    select * from {{ ref('segments') }}
),

-- Segments in which a KPI counts a case, and the segment of the whole log.
kpi_segments as (
    select
        kpi,
        segment_key
    from kpi_figures
    union
    select
        kpis.kpi,
        segments.segment_key
    from kpis
    cross join segments
    where segments.dimension = 'all'
),

kept_periods as (
    select
        'all' as period_grain,
        'all' as period
    union
    select
        'last_12_months',
        last_month
    from kpi_months
),

all_periods as (
    select
        kpi_segments.kpi,
        kpi_segments.segment_key,
        kept_periods.period_grain,
        kept_periods.period
    from kpi_segments
    cross join kept_periods
    union
    select
        kpi,
        segment_key,
        period_grain,
        period
    from kpi_figures
),

kpi_periods as (
    select
        all_periods.*,
        case
            when all_periods.period_grain = 'all' then true
            when kpis.date_basis = 'started' then kpi_months.is_mature
            else kpi_months.is_complete
        end as is_mature
    from all_periods
    inner join kpis on all_periods.kpi = kpis.kpi
    left join kpi_months on all_periods.period = kpi_months.month
)

select * from kpi_periods
