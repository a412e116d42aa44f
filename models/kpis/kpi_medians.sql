-- A separate table, because an exact median holds its values in memory. They are sorted once for
-- the median, its interval and the ninth decile.

with

kpi_intervals as (
    select * from {{ ref('kpi_intervals') }}
),

case_segments as (
    select * from {{ ref('case_segments') }}
),

kpi_months as (
    select * from {{ ref('kpi_months') }}
),

month_lists as (
    select
        kpi_intervals.kpi,
        case_segments.segment_key,
        kpi_intervals.month,
        count(*) as n,
        {{ value_list('kpi_intervals.spent_us') }} as spent_us
    from kpi_intervals
    inner join case_segments on kpi_intervals.case_key = case_segments.case_key
    group by kpi_intervals.kpi, case_segments.segment_key, kpi_intervals.month
),

-- Sorted durations of all months, of each month and of each span.
period_lists as (
    select
        month_lists.kpi,
        month_lists.segment_key,
        month_lists.month,
        kpi_months.span,
        max(kpi_months.last_month) as last_month,
        cast(sum(month_lists.n) as bigint) as n,
        {{ sorted_list('flatten(' ~ value_list('month_lists.spent_us') ~ ')') }} as spent_us
    from month_lists
    inner join kpi_months on month_lists.month = kpi_months.month
    group by grouping sets (
        (month_lists.kpi, month_lists.segment_key),
        (month_lists.kpi, month_lists.segment_key, month_lists.month),
        (month_lists.kpi, month_lists.segment_key, kpi_months.span)
    )
),

kpi_medians as (
    select
        kpi,
        segment_key,
        coalesce(span, case when month is null then 'all' else 'month' end) as period_grain,
        case when span is null then coalesce(month, 'all') else last_month end as period,
        n,
        {{ elapsed_days(sorted_percentile('spent_us', 'n', 5)) }} as value,
        {{ elapsed_days(ranked_value('spent_us', median_rank('n', '-'))) }} as low,
        {{ elapsed_days(ranked_value('spent_us', median_rank('n', '+'))) }} as high,
        {{ elapsed_days(sorted_percentile('spent_us', 'n', 9)) }} as p90
    from period_lists
    where coalesce(span != 'other', true)
)

select * from kpi_medians
