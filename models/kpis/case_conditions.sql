-- Conditions that seeds/kpis/kpis.csv can use as population and numerator.

with

case_facts as (
    select * from {{ ref('case_facts') }}
),

case_values as (
    select * from {{ ref('case_values') }}
),

case_paths as (
    select * from {{ ref('case_paths') }}
),

case_statuses as (
    select * from {{ ref('case_statuses') }}
),

maturity as (
    select * from {{ ref('maturity') }}
),

as_of_moment as (
    select * from {{ ref('as_of_moment') }}
),

case_conditions as (
    select
        case_facts.case_key,
        case_facts.case_kind,
        case_facts.started_at,
        case_facts.started_local_at,
        case_facts.started_zone_key,
        case_facts.decided_local_at,
        case_values.value_reporting,
        case_facts.outcome = 'won' as is_won,
        case_facts.outcome in ('won', 'lost') as is_closed,
        case_statuses.paid_status = 'paid' as is_paid,
        case_facts.has_lead and maturity.lead_cases > 0 as is_lead,
        case_facts.has_lead and case_facts.case_kind = 'opportunity' as is_converted,
        case_paths.rework_event_count > 0 as is_reworked,
        coalesce(
            {{ microseconds_between('case_facts.started_at', 'as_of_moment.as_of') }}
            >= maturity.mature_after_us,
            true
        ) as is_mature
    from case_facts
    inner join case_values on case_facts.case_key = case_values.case_key
    inner join case_statuses on case_facts.case_key = case_statuses.case_key
    inner join case_paths on case_facts.case_key = case_paths.case_key
    cross join maturity
    cross join as_of_moment
)

select * from case_conditions
