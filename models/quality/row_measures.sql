-- Measures of landed rows. Rows with a critical reason count as rejected; a row without an event is
-- a warning; an example left in a template is not a row of the log.

with

stg_events as (
    select * from {{ ref('stg_events') }}
),

stray_rows as (
    select * from {{ ref('stray_rows') }}
),

reasons as (
    select * from {{ ref('reasons') }}
),

-- Activities that subtract their amount: a minus is no fault there.
deductions as (
    select activity from {{ ref('activities') }}
    where effect = 'cancelled' or coalesce(invoice_sign, payment_sign) < 0
),

-- Distinct combinations of faults, so that reasons are matched once for each.
combined_faults as (
    select faults
    from stg_events
    where faults is not null
    group by faults
),

-- A row can have several faults; the most severe decides.
judged_faults as (
    select
        combined_faults.faults,
        bool_or(reasons.severity = 'critical') as is_critical,
        bool_or(reasons.severity = 'warning') as is_warned
    from combined_faults
    inner join reasons
        on concat(' ', combined_faults.faults, ' ') like concat('% ', reasons.reason, ' %')
    group by combined_faults.faults
),

landed_rows as (
    select
        stg_events.*,
        {{ row_place('stg_events') }} as place,
        stg_events.faults is null and not coalesce(stray_rows.is_early, false) as is_accepted,
        coalesce(judged_faults.is_critical or stray_rows.is_early, false) as is_refused,
        stray_rows.source_order is not null as is_stray,
        coalesce(judged_faults.is_warned and not judged_faults.is_critical, false) as is_eventless,
        coalesce(not (judged_faults.is_critical or judged_faults.is_warned), false) as is_example,
        coalesce(least(
            stg_events.opportunity_value, stg_events.list_amount, stg_events.cost_amount,
            case when deductions.activity is null then stg_events.document_amount end
        ) < 0, false) as has_impossible_amount
    from stg_events
    left join deductions
        on
            case when stg_events.document_amount < 0 then stg_events.activity end
            = deductions.activity
    left join judged_faults on stg_events.faults = judged_faults.faults
    left join stray_rows on stg_events.source_order = stray_rows.source_order
),

row_measures as (
    {{ measured_shares('landed_rows', 'place', {
        'rejected_share': ('is_refused', 'not is_example'),
        'eventless_share': ('is_eventless', 'not is_example'),
        'rejected_cell_share': ('bad_cells is not null', 'not is_example'),
        'stray_time_share': ('is_stray', 'is_accepted or is_stray'),
        'missing_sales_stage': ('is_accepted and sales_stage is null', 'is_accepted'),
        'impossible_amount_share': ('is_accepted and has_impossible_amount', 'is_accepted'),
    }, pack('import_id', 'source_row')) }}
)

select * from row_measures
