-- Rates have a Wilson 95 % interval. A share of won deals is null in a log without any deal lost or
-- closed without sale: it could only be 100 %. A value share under the coverage limit is null,
-- because its sum means little (var minimum_value_coverage). If the age of maturity is unknown, a
-- KPI of mature cases counts all cases and has the status too_few.

with

kpis as (
    select * from {{ ref('kpis') }}
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

-- A KPI without any case keeps its row for the whole log.
all_kpis as (
    select
        kpis.*,
        coalesce(segments.dimension, 'all') as dimension,
        coalesce(segments.segment, 'all') as segment,
        kpi_figures.month,
        coalesce(kpi_figures.n, 0) as n,
        kpi_figures.numerator as counted,
        kpi_figures.denominator,
        kpi_figures.value,
        case
            when kpis.weight = 'value' then cast(kpi_figures.known as double) / kpi_figures.n
        end as value_coverage,
        targets.target,
        kpis.population = 'mature' and maturity.mature_after_us is null as lacks_maturity,
        coalesce(kpis.numerator = 'won', false) and maturity.unsold_cases = 0 as lacks_outcome
    from kpis
    cross join maturity
    left join targets on kpis.kpi = targets.kpi
    left join kpi_figures on kpis.kpi = kpi_figures.kpi
    left join segments on kpi_figures.segment_key = segments.segment_key
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
        month,
        case when not (lacks_outcome or lacks_coverage) then value end as value,
        counted as numerator,
        denominator,
        n,
        unit,
        case when weight = 'value' then '{{ var("reporting_currency") }}' end as currency,
        date_basis,
        case when has_interval then {{ wilson_bound('value', 'n', '-') }} end as low,
        case when has_interval then {{ wilson_bound('value', 'n', '+') }} end as high,
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
