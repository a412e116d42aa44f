-- An opportunity is mature when it started so long ago that nine of ten closed deals had closed by
-- that age. With few closed deals the age is unknown and none is held back. A log in which no deal
-- was lost or closed without sale records successes only: no rate follows from it.

with

case_facts as (
    select * from {{ ref('case_facts') }}
),

case_attribute_values as (
    select * from {{ ref('case_attribute_values') }}
),

closed as (
    select
        count(*) as closed_cases,
        {{ percentile(
            0.9, microseconds_between('case_facts.started_at', 'case_attribute_values.decided_at')
        ) }} as p90_us
    from case_facts
    inner join case_attribute_values on case_facts.case_key = case_attribute_values.case_key
    where case_facts.outcome in ('won', 'lost')
),

kinds as (
    select
        count(*) filter (where case_kind = 'lead') as lead_cases,
        count(*) filter (where outcome in ('lost', 'no_sale')) as unsold_cases
    from case_facts
),

maturity as (
    select
        closed.closed_cases,
        case when closed.closed_cases >= {{ var('minimum_cases') }} then closed.p90_us end
            as mature_after_us,
        kinds.lead_cases,
        kinds.unsold_cases
    from closed
    cross join kinds
)

select * from maturity
