-- An opportunity is mature if it started so long ago that nine of ten closed deals had closed by
-- that age. With few closed deals the age is unknown and all opportunities count as mature. A log
-- in which no deal was lost or closed without sale records successes only: no rate follows from it.

with

case_facts as (
    select * from {{ ref('case_facts') }}
),

closed_deals as (
    select
        count(*) as closed_cases,
        {{ percentile(0.9, microseconds_between('started_at', 'decided_at')) }} as p90_us
    from case_facts
    where outcome in ('won', 'lost')
),

case_counts as (
    select
        count(*) filter (where case_kind = 'lead') as lead_cases,
        count(*) filter (where outcome in ('lost', 'no_sale')) as unsold_cases
    from case_facts
),

maturity as (
    select
        closed_deals.closed_cases,
        case
            when closed_deals.closed_cases >= {{ var('minimum_cases') }} then closed_deals.p90_us
        end as mature_after_us,
        case_counts.lead_cases,
        case_counts.unsold_cases
    from closed_deals
    cross join case_counts
)

select * from maturity
