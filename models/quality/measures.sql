-- Each measure is a share: part over whole. Its label, limit and severity are rows of
-- seeds/policy/limits.csv. Examples left in a template are refused, and no fault of the log.

with

intake as (
    select * from {{ ref('intake') }}
),

stg_events as (
    select * from {{ ref('stg_events') }}
),

timeline as (
    select * from {{ ref('timeline') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

case_facts as (
    select * from {{ ref('case_facts') }}
),

case_profiles as (
    select * from {{ ref('case_profiles') }}
),

case_values as (
    select * from {{ ref('case_values') }}
),

landed as (
    select
        sum(rows_landed) as landed_rows,
        sum(duplicates) as duplicates
    from intake
),

cells as (
    select
        count(*) filter (where faults is null) as accepted_rows,
        count(*) filter (where faults is null and sales_stage is null) as without_stage,
        count(*) filter (where faults != 'time_example') as rejected,
        count(*) as all_rows,
        count(bad_cells) as with_bad_cell
    from stg_events
),

events as (
    select
        count(*) as events,
        count(*) filter (where not activity_codes.is_catalogued) as unknown_activity,
        count(*) filter (where timeline.is_future) as future
    from timeline
    inner join activity_codes on timeline.activity_code = activity_codes.activity_code
),

cases as (
    select
        count(*) as cases,
        count(*) filter (where case_facts.case_kind = 'opportunity') as opportunities,
        count(*) filter (
            where case_facts.case_kind = 'opportunity' and case_values.value is null
        ) as without_value,
        count(*) filter (where case_profiles.sales_representative is null) as without_owner,
        count(*) filter (where case_profiles.region is null) as without_region,
        count(*) filter (where case_facts.outcome = 'lost') as lost,
        count(*) filter (
            where case_facts.outcome = 'lost' and case_profiles.loss_reason is null
        ) as without_reason,
        count(*) filter (where not case_facts.order_is_certain) as uncertain,
        count(case_values.value) as valued,
        count(*) filter (
            where case_values.value is not null and case_values.value_reporting is null
        ) as without_rate,
        count(*) filter (where case_profiles.is_invoiced or case_profiles.has_payment) as billed,
        count(*) filter (where case_profiles.lacks_invoice_amount) as without_amount
    from case_facts
    inner join case_values on case_facts.case_key = case_values.case_key
    left join case_profiles on case_facts.case_key = case_profiles.case_key
),

measures as (
    select 'missing_opportunity_value' as measure, without_value as part, opportunities as whole
    from cases
    union all
    select 'missing_sales_stage', without_stage, accepted_rows from cells
    union all
    select 'missing_sales_representative', without_owner, cases from cases
    union all
    select 'missing_region', without_region, cases from cases
    union all
    select 'missing_loss_reason', without_reason, lost from cases
    union all
    select 'missing_amount', without_amount, billed from cases
    union all
    select 'unknown_activity_share', unknown_activity, events from events
    union all
    select 'uncertain_order_share', uncertain, cases from cases
    union all
    select 'rejected_share', rejected, all_rows from cells
    union all
    select 'rejected_cell_share', with_bad_cell, all_rows from cells
    union all
    select 'duplicate_share', duplicates, landed_rows from landed
    union all
    select 'future_event_share', future, events from events
    union all
    select 'missing_rate_share', without_rate, valued from cases
)

select * from measures
