-- A separate table, because an exact median holds its values in memory.

with

kpi_intervals as (
    select * from {{ ref('kpi_intervals') }}
),

case_segments as (
    select * from {{ ref('case_segments') }}
),

kpi_medians as (
    select
        kpi_intervals.kpi,
        case_segments.segment_key,
        kpi_intervals.month,
        count(*) as n,
        {{ elapsed_days(percentile(0.5, 'kpi_intervals.spent_us')) }} as value
    from kpi_intervals
    inner join case_segments on kpi_intervals.case_key = case_segments.case_key
    group by grouping sets (
        (kpi_intervals.kpi, case_segments.segment_key),
        (kpi_intervals.kpi, case_segments.segment_key, kpi_intervals.month)
    )
)

select * from kpi_medians
