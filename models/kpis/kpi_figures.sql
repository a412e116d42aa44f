-- KPI values per segment, for each month and for all months.

with

kpi_medians as (
    select * from {{ ref('kpi_medians') }}
),

kpi_shares as (
    select * from {{ ref('kpi_shares') }}
),

case_segments as (
    select * from {{ ref('case_segments') }}
),

-- Sums per share KPI and segment, for each month and for all months.
share_sums as (
    select
        kpi_shares.kpi,
        case_segments.segment_key,
        kpi_shares.month,
        count(*) as n,
        count(kpi_shares.weight) as known,
        coalesce(sum(kpi_shares.weight) filter (where kpi_shares.is_counted), 0) as numerator,
        sum(kpi_shares.weight) as denominator
    from kpi_shares
    inner join case_segments on kpi_shares.case_key = case_segments.case_key
    group by grouping sets (
        (kpi_shares.kpi, case_segments.segment_key),
        (kpi_shares.kpi, case_segments.segment_key, kpi_shares.month)
    )
),

kpi_figures as (
    select
        kpi,
        segment_key,
        month,
        n,
        n as known,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        value
    from kpi_medians
    union all
    select
        kpi,
        segment_key,
        month,
        n,
        known,
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator,
        cast(numerator as double) / cast(nullif(denominator, 0) as double) as value
    from share_sums
)

select * from kpi_figures
