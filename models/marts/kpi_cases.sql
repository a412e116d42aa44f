-- The cases behind kpi_values, for lists and distributions.

with

kpi_intervals as (
    select * from {{ ref('kpi_intervals') }}
),

kpi_shares as (
    select * from {{ ref('kpi_shares') }}
),

case_names as (
    select * from {{ ref('case_names') }}
),

counted_cases as (
    select
        kpi,
        case_key,
        month,
        {{ elapsed_days('spent_us') }} as days,
        cast(null as boolean) as is_counted,
        cast(null as decimal(28, 4)) as weight
    from kpi_intervals
    union all
    select
        kpi,
        case_key,
        month,
        cast(null as double) as days,
        is_counted,
        cast(weight as decimal(28, 4)) as weight
    from kpi_shares
),

kpi_cases as (
    select
        counted_cases.kpi,
        case_names.case_id,
        counted_cases.month,
        counted_cases.days,
        counted_cases.is_counted,
        counted_cases.weight
    from counted_cases
    inner join case_names on counted_cases.case_key = case_names.case_key
)

select * from kpi_cases
