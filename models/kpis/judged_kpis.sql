-- Rates have a Wilson 95 % interval, medians one of order statistics. A share of won deals is null
-- in a log without any deal lost or closed without sale: it could only be 100 %. A value share
-- below the coverage limit is null, because its sum means little (var minimum_value_coverage). If
-- the age of maturity is unknown, a KPI of mature cases counts all and has the status too_few.

with

kpis as (
    select * from {{ ref('kpis') }}
),

kpi_periods as (
    select * from {{ ref('kpi_periods') }}
),

kpi_figures as (
    select * from {{ ref('kpi_figures') }}
),

segments as (
    select * from {{ ref('segments') }}
),

targets as (
    select * from {{ ref('targets') }}
),

maturity as (
    select * from {{ ref('maturity') }}
),

-- Periods without a case have n = 0.
all_kpis as (
    select
        kpis.*,
        segments.dimension,
        segments.segment,
        kpi_periods.period_grain,
        kpi_periods.period,
        kpi_periods.is_mature,
        coalesce(kpi_figures.n, 0) as n,
        kpi_figures.numerator as counted,
        kpi_figures.denominator,
        kpi_figures.value,
        kpi_figures.low,
        kpi_figures.high,
        kpi_figures.p90,
        case
            when kpis.weight = 'value' then cast(kpi_figures.known as double) / kpi_figures.n
        end as value_coverage,
        targets.target,
        kpis.population = 'mature' and maturity.mature_after_us is null as lacks_maturity,
        coalesce(kpis.numerator = 'won', false) and maturity.unsold_cases = 0 as lacks_outcome
    from kpi_periods
    inner join kpis on kpi_periods.kpi = kpis.kpi
    inner join segments on kpi_periods.segment_key = segments.segment_key
    cross join maturity
    left join targets on kpi_periods.kpi = targets.kpi
    left join kpi_figures
        on
            kpi_periods.kpi = kpi_figures.kpi
            and kpi_periods.segment_key = kpi_figures.segment_key
            and kpi_periods.period_grain = kpi_figures.period_grain
            and kpi_periods.period = kpi_figures.period
),

-- A rate of cases has an interval; a value KPI needs enough known values.
kpis_with_coverage as (
    select
        *,
        form = 'share' and weight = 'case' and n > 0 and not lacks_outcome as has_interval,
        coalesce(value_coverage < {{ var('minimum_value_coverage') }}, false) as lacks_coverage
    from all_kpis
),

judged_kpis as (
    select
        kpi,
        case_kind,
        dimension,
        segment,
        period_grain,
        period,
        is_mature,
        case when not (lacks_outcome or lacks_coverage) then value end as value,
        counted as numerator,
        denominator,
        n,
        unit,
        case when weight = 'value' then '{{ var("reporting_currency") }}' end as currency,
        date_basis,
        case when has_interval then {{ wilson_bound('value', 'n', '-') }} else low end as low,
        case when has_interval then {{ wilson_bound('value', 'n', '+') }} else high end as high,
        p90,
        value_coverage,
        target,
        case
            when lacks_outcome then 'not_recorded'
            when lacks_coverage then 'low_coverage'
            when n < {{ var('minimum_cases') }} or lacks_maturity then 'too_few'
            when target is null then 'no_target'
            when direction = 'down' and value <= target then 'met'
            when direction = 'up' and value >= target then 'met'
            else 'missed'
        end as status
    from kpis_with_coverage
)

select * from judged_kpis
