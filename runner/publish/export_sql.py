"""The queries of the exported workbook, one for each sheet, on the published tables.

They name, order and cut rows; every figure is a published column. `{language}` is that of labels.
"""

from __future__ import annotations

# The whole log first, then its months, then segments over the whole time.
KPIS = """
    select
        kpis.label_{language},
        dimensions.label_{language},
        coalesce(segments.label_{language}, segment),
        nullif(period, 'all'),
        value, low, high, target, units.label_{language}, n,
        statuses.label_{language},
        kinds.label_{language},
        case kpi_values.unit when 'ratio' then 'share' else 'days' end as figure
    from kpi_values
    inner join kpis using (kpi)
    left join dimensions using (dimension)
    left join codes as segments on segments.code_type = 'segment' and segments.code = segment
    left join codes as units on units.code_type = 'unit' and units.code = kpi_values.unit
    left join codes as statuses on statuses.code_type = 'kpi_status' and statuses.code = status
    left join codes as kinds
        on kinds.code_type = 'case_kind' and kinds.code = kpi_values.case_kind
    where period_grain = 'all' or dimension = 'all'
    order by dimensions.rank nulls first, period_grain, kpi, period, segment
"""

ACTIVITIES = """
    select
        coalesce(activities.label_{language}, nodes.activity),
        phases.label_{language}, tracks.label_{language},
        event_count, case_count, start_count, end_count, self_loop_count, rework_case_count
    from process_map_nodes as nodes
    left join activities using (activity)
    left join codes as phases on phases.code_type = 'phase' and phases.code = activities.phase
    left join codes as tracks on tracks.code_type = 'track' and tracks.code = activities.track
    order by activities.rank nulls last, nodes.activity
"""

STEPS = """
    select
        coalesce(starts.label_{language}, from_activity),
        coalesce(ends.label_{language}, to_activity),
        transition_count, case_count,
        total_days, mean_days, median_days, p90_days, min_days, max_days, value_reporting
    from process_map_edges
    left join activities as starts on starts.activity = from_activity
    left join activities as ends on ends.activity = to_activity
    order by total_days desc, from_activity, to_activity
"""

# A path in labels is that of one of its cases. All variants after the last rank are one row.
VARIANTS = """
    with listed as (
        select * from variants where rank <= {most}
    ),
    examples as (
        select variant_id, min(case_id) as case_id
        from cases semi join listed using (variant_id)
        group by variant_id
    ),
    paths as (
        select
            variant_id,
            string_agg(activity_label_{language}, ' → ' order by event_number) as path
        from events inner join examples using (case_id)
        group by variant_id
    )
    select
        rank, paths.path, activity_count, case_count, case_share, cumulative_share, median_days,
        value_reporting
    from listed inner join paths using (variant_id)
    union all
    select
        null, {others}, null, sum(case_count), sum(case_share), 1, null, sum(value_reporting)
    from variants where rank > {most} having count(*) > 0
    order by rank nulls last
"""

STAGES = """
    with ranks as (
        select stage, min(rank) as rank, min(label_{language}) as label from stages group by stage
    )
    select
        coalesce(label, stage),
        entered_cases, progressed_cases, returned_cases, lost_cases, open_cases, stalled_cases,
        conversion, median_days, p90_days
    from stage_funnel
    left join ranks using (stage)
    order by ranks.rank nulls last, stage
"""

CASES = """
    with stage_labels as (
        select stage, min(label_{language}) as label from stages group by stage
    ),
    named_codes as (
        select code_type, code, label_{language} as label from codes
    )
    select
        case_id, kinds.label, outcomes.label, orders.label, payments.label, is_complete,
        coalesce(stage_labels.label, current_stage),
        sales_representative, sales_team, region, product_category, lead_source,
        customer_name, customer_segment,
        value, currency, cases.value_reporting, discount_rate,
        timezone(reporting_time_zone, timezone('UTC', started_at)),
        timezone(reporting_time_zone, timezone('UTC', ended_at)),
        duration_days, business_days, age_days,
        cases.event_count, rework_event_count, variants.rank,
        loss_reason, expected_close_date, promised_date, due_date
    from cases
    cross join runs
    left join variants using (variant_id)
    left join stage_labels on stage_labels.stage = current_stage
    left join named_codes as kinds on kinds.code_type = 'case_kind' and kinds.code = case_kind
    left join named_codes as outcomes
        on outcomes.code_type = 'outcome' and outcomes.code = cases.outcome
    left join named_codes as orders
        on orders.code_type = 'order_status' and orders.code = order_status
    left join named_codes as payments
        on payments.code_type = 'paid_status' and payments.code = paid_status
    order by started_at desc, case_id
    limit {most}
"""

RUN = """
    select as_of, reporting_time_zone, content_hash, forced_because, versions,
        (select max(currency) from kpi_values) as currency
    from runs
"""

SOURCES = """
    select source_file, sheet, rows_read, events, rejected, duplicates, cells_rejected
    from intake_summary order by import_id
"""

DEFINITIONS = """
    select kpis.label_{language}, units.label_{language}, directions.label_{language},
        definition_{language}
    from kpis
    left join codes as units on units.code_type = 'unit' and units.code = unit
    left join codes as directions
        on directions.code_type = 'kpi_direction' and directions.code = direction
    order by kpi
"""
