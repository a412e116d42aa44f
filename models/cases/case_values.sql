-- The value of a case, converted at the rate of the month of its deciding outcome; for an open
-- case, of the as-of moment. Without a rate, value_reporting is null.

with

case_facts as (
    select * from {{ ref('case_facts') }}
),

case_results as (
    select * from {{ ref('case_results') }}
),

as_of_moment as (
    select * from {{ ref('as_of_moment') }}
),

fx_rates as (
    select * from {{ ref('fx_rates') }}
    where reporting_currency = '{{ var("reporting_currency") }}'
),

-- Values with the month whose rate applies.
valued_cases as (
    select
        case_facts.case_key,
        case_results.value_first,
        case_results.value,
        case_results.currency,
        {{ month_of('coalesce(case_facts.decided_local_at, as_of_moment.as_of_local)') }} as month
    from case_facts
    left join case_results on case_facts.case_key = case_results.case_key
    cross join as_of_moment
),

rated_cases as (
    select
        valued_cases.*,
        case
            when valued_cases.currency = '{{ var("reporting_currency") }}'
                then cast(1 as decimal(14, 8))
            else fx_rates.rate
        end as rate
    from valued_cases
    left join fx_rates
        on valued_cases.currency = fx_rates.currency and valued_cases.month = fx_rates.month
),

case_values as (
    select
        case_key,
        value_first,
        value,
        currency,
        cast(cast(value as decimal(22, 4)) * rate as decimal(28, 4)) as value_reporting
    from rated_cases
)

select * from case_values
