"""The queries of the exported workbook, one for each sheet, on the published tables.

They name, order and cut rows; every figure is a published column. `{language}` is that of labels.
"""

from __future__ import annotations

# The whole log first, then its last twelve complete months, each month, and segments.
KPIS = """
    select
        kpis.label_{language},
        dimensions.label_{language},
        coalesce(segment_labels.label_{language}, names.label_{language}, segment),
        case period_grain
            when 'month' then period
            when 'last_12_months' then replace({twelve_months}, '<month>', period)
        end,
        value, low, high, p90, baseline_value, target, units.label_{language}, n,
        statuses.label_{language},
        kinds.label_{language},
        case kpi_values.unit when 'ratio' then 'share' else 'days' end as figure
    from kpi_values
    inner join kpis using (kpi)
    left join dimensions using (dimension)
    left join segment_labels using (dimension, segment)
    left join codes as names on names.code_type = 'segment' and names.code = segment
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
        phases.label_{language}, tracks.label_{language}, waits.label_{language},
        event_count, case_count,
        wait_median_days, wait_p90_days, wait_total_days, wait_value_days,
        start_count, end_count, self_loop_count, rework_case_count
    from process_map_nodes as nodes
    left join activities using (activity)
    left join codes as phases on phases.code_type = 'phase' and phases.code = activities.phase
    left join codes as tracks on tracks.code_type = 'track' and tracks.code = activities.track
    left join codes as waits on waits.code_type = 'waited_for' and waits.code = nodes.waited_for
    order by activities.rank nulls last, nodes.activity
"""

STEPS = """
    select
        coalesce(starts.label_{language}, from_activity),
        coalesce(ends.label_{language}, to_activity),
        transition_count, case_count,
        total_days, mean_days, median_days, low_days, high_days, p90_days, min_days, max_days,
        value_reporting
    from process_map_edges
    left join activities as starts on starts.activity = from_activity
    left join activities as ends on ends.activity = to_activity
    order by total_days desc, from_activity, to_activity
"""

# All variants after the last rank are one row.
VARIANTS = """
    with paths as (
        select
            variant_id,
            string_agg(
                coalesce(label_{language}, activity), ' → ' order by step_number
            ) as path
        from variant_steps
        inner join variants using (variant_id)
        left join activities using (activity)
        where variants.rank <= {most}
        group by variant_id
    )
    select
        rank, paths.path, activity_count, case_count, case_share, cumulative_share, median_days,
        value_reporting
    from variants inner join paths using (variant_id)
    union all
    select
        null, {others}, null, sum(case_count), sum(case_share), 1, null, sum(value_reporting)
    from variants where rank > {most} having count(*) > 0
    order by rank nulls last
"""

STAGES = """
    select
        label_{language},
        entered_cases, went_on_cases, dropped_cases, went_back_cases, open_cases, stalled_cases,
        conversion, median_days, p90_days,
        open_value, stalled_value, oldest_open_days, oldest_open_case_id
    from stage_funnel
    order by rank, stage
"""

CASES = """
    with stage_labels as (
        select stage, min(label_{language}) as label from stages group by stage
    ),
    named_codes as (
        select code_type, code, label_{language} as label from codes
    ),
    segments as (
        select dimension, segment, label_{language} as label from segment_labels
    )
    select
        case_id, kinds.label, outcomes.label, orders.label, payments.label, is_complete,
        coalesce(stage_labels.label, current_stage),
        sales_representative,
        coalesce(teams.label, sales_team), coalesce(regions.label, region),
        coalesce(products.label, product_category), coalesce(sources.label, lead_source),
        customer_name, coalesce(customers.label, customer_segment),
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
    left join segments as teams
        on teams.dimension = 'sales_team' and teams.segment = sales_team
    left join segments as regions
        on regions.dimension = 'region' and regions.segment = region
    left join segments as products
        on products.dimension = 'product_category' and products.segment = product_category
    left join segments as sources
        on sources.dimension = 'lead_source' and sources.segment = lead_source
    left join segments as customers
        on customers.dimension = 'customer_segment' and customers.segment = customer_segment
    order by started_at desc, case_id
    limit {most}
"""

RUN = """
    select as_of, reporting_time_zone, reporting_currency, content_hash, forced_because, versions
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
