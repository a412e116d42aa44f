-- The last complete month and the eleven before it are the last twelve months; the twelve before
-- those, the same months a year before, are their baseline. A month of starts is mature if its last
-- moment is as long ago as the age of maturity.

with

kpi_intervals as (
    select * from {{ ref('kpi_intervals') }}
),

kpi_shares as (
    select * from {{ ref('kpi_shares') }}
),

as_of_moment as (
    select * from {{ ref('as_of_moment') }}
),

maturity as (
    select * from {{ ref('maturity') }}
),

-- The as-of moment with the last complete month before it; a log without events has none.
last_months as (
    select
        as_of_local,
        {{ month_of("date_trunc('month', as_of_local) - interval 1 month") }} as last_month
    from as_of_moment
    where as_of is not null
),

-- Months in which a KPI counts a case, and the last complete month.
all_months as (
    select month from kpi_intervals
    union
    select month from kpi_shares
    union
    select last_month from last_months
),

first_days as (
    select
        month,
        cast(concat(month, '-01') as timestamp) as started_local_at
    from all_months
),

-- Months with their distance from the month of the as-of moment.
months_with_ages as (
    select
        first_days.month,
        last_months.last_month,
        12 * (year(last_months.as_of_local) - year(first_days.started_local_at))
        + month(last_months.as_of_local) - month(first_days.started_local_at) as months_ago,
        {{ microseconds_between(
            'first_days.started_local_at + interval 1 month', 'last_months.as_of_local'
        ) }} as age_us
    from first_days
    cross join last_months
),

kpi_months as (
    select
        months_with_ages.month,
        months_with_ages.last_month,
        case
            when months_with_ages.months_ago between 1 and 12 then 'last_12_months'
            when months_with_ages.months_ago between 13 and 24 then 'baseline'
            else 'other'
        end as span,
        months_with_ages.months_ago >= 1 as is_complete,
        months_with_ages.months_ago >= 1
        and coalesce(months_with_ages.age_us >= maturity.mature_after_us, true) as is_mature
    from months_with_ages
    cross join maturity
)

select * from kpi_months
