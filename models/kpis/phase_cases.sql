-- The cases that got furthest, if they are enough for a mean (var minimum_cases): paid, else won,
-- else closed, else all cases. One population per log, so that segments can be compared.

with

case_facts as (
    select * from {{ ref('case_facts') }}
),

case_statuses as (
    select * from {{ ref('case_statuses') }}
),

cases_with_flags as (
    select
        case_facts.case_key,
        case_statuses.paid_status = 'paid' as is_paid,
        case_facts.outcome = 'won' as is_won,
        case_facts.outcome in ('won', 'lost', 'no_sale', 'disqualified') as is_closed
    from case_facts
    inner join case_statuses on case_facts.case_key = case_statuses.case_key
),

populations as (
    select
        case
            when count(*) filter (where is_paid) >= {{ var('minimum_cases') }} then 'paid'
            when count(*) filter (where is_won) >= {{ var('minimum_cases') }} then 'won'
            when count(*) filter (where is_closed) >= {{ var('minimum_cases') }} then 'closed'
            else 'all'
        end as population
    from cases_with_flags
),

phase_cases as (
    select
        cases_with_flags.case_key,
        populations.population
    from cases_with_flags
    cross join populations
    where
        case populations.population
            when 'paid' then cases_with_flags.is_paid
            when 'won' then cases_with_flags.is_won
            when 'closed' then cases_with_flags.is_closed
            else true
        end
)

select * from phase_cases
