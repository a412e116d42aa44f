-- A case of unknown value counts in n, not in the sums.

with

kpi_shares as (
    select * from {{ ref('kpi_shares') }}
),

case_segments as (
    select * from {{ ref('case_segments') }}
),

kpi_months as (
    select * from {{ ref('kpi_months') }}
),

month_sums as (
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
    group by kpi_shares.kpi, case_segments.segment_key, kpi_shares.month
),

-- Sums of all months, of each month and of each span.
period_sums as (
    select
        month_sums.kpi,
        month_sums.segment_key,
        month_sums.month,
        kpi_months.span,
        max(kpi_months.last_month) as last_month,
        cast(sum(month_sums.n) as bigint) as n,
        cast(sum(month_sums.known) as bigint) as known,
        sum(month_sums.numerator) as numerator,
        sum(month_sums.denominator) as denominator
    from month_sums
    inner join kpi_months on month_sums.month = kpi_months.month
    group by grouping sets (
        (month_sums.kpi, month_sums.segment_key),
        (month_sums.kpi, month_sums.segment_key, month_sums.month),
        (month_sums.kpi, month_sums.segment_key, kpi_months.span)
    )
),

kpi_rates as (
    select
        kpi,
        segment_key,
        coalesce(span, case when month is null then 'all' else 'month' end) as period_grain,
        case when span is null then coalesce(month, 'all') else last_month end as period,
        n,
        known,
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator,
        cast(numerator as double) / cast(nullif(denominator, 0) as double) as value
    from period_sums
    where coalesce(span != 'other', true)
)

select * from kpi_rates
