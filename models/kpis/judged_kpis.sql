-- Every KPI has its row for the whole log, even when no case counts; the rest only where cases are.
-- Rates carry a Wilson 95 % interval. A share of won deals in a log without any deal lost or closed
-- without sale is null, in each month and segment: all it could say is 100 %. A value share under
-- the coverage limit is null: its sum says little (var minimum_value_coverage). Without an age of
-- maturity a KPI of mature cases counts them all, and is called too_few.

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

figures as (
    select
        kpi_figures.*,
        segments.dimension,
        segments.segment
    from kpi_figures
    inner join segments on kpi_figures.segment_key = segments.segment_key
),

completed as (
    select
        kpis.kpi,
        kpis.case_kind,
        kpis.form,
        kpis.weight,
        kpis.unit,
        kpis.direction,
        kpis.date_basis,
        coalesce(figures.dimension, 'all') as dimension,
        coalesce(figures.segment, 'all') as segment,
        figures.month,
        coalesce(figures.n, 0) as n,
        figures.numerator,
        figures.denominator,
        figures.value,
        case when kpis.weight = 'value' then cast(figures.known as double) / figures.n end
            as value_coverage,
        kpis.population = 'mature' and maturity.mature_after_us is null as lacks_maturity,
        coalesce(kpis.numerator = 'won', false) and maturity.unsold_cases = 0 as lacks_outcome
    from kpis
    cross join maturity
    left join figures on kpis.kpi = figures.kpi
),

covered as (
    select
        *,
        form = 'share' and weight = 'case' and n > 0 and not lacks_outcome as has_interval,
        coalesce(value_coverage < {{ var('minimum_value_coverage') }}, false) as lacks_coverage
    from completed
),

judged_kpis as (
    select
        covered.kpi,
        covered.case_kind,
        covered.dimension,
        covered.segment,
        covered.month,
        case when not (covered.lacks_outcome or covered.lacks_coverage) then covered.value end
            as value,
        covered.numerator,
        covered.denominator,
        covered.n,
        covered.unit,
        case when covered.weight = 'value' then '{{ var("reporting_currency") }}' end as currency,
        covered.date_basis,
        case
            when covered.has_interval then {{ wilson_bound('covered.value', 'covered.n', '-') }}
        end as low,
        case
            when covered.has_interval then {{ wilson_bound('covered.value', 'covered.n', '+') }}
        end as high,
        covered.value_coverage,
        targets.target,
        case
            when covered.lacks_outcome then 'not_recorded'
            when covered.lacks_coverage then 'low_coverage'
            when covered.n < {{ var('minimum_cases') }} or covered.lacks_maturity then 'too_few'
            when targets.target is null then 'no_target'
            when covered.direction = 'down' and covered.value <= targets.target then 'met'
            when covered.direction = 'up' and covered.value >= targets.target then 'met'
            else 'missed'
        end as status
    from covered
    left join targets on covered.kpi = targets.kpi
)

select * from judged_kpis
