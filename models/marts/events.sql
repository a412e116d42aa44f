-- Text columns are joined back by `source_order`; low-cardinality text comes from small lookups,
-- because fetching ten million texts costs more than a join.

with

timeline as (
    select * from {{ ref('timeline') }}
),

stg_events as (
    select * from {{ ref('stg_events') }}
),

intake as (
    select * from {{ ref('intake') }}
),

case_names as (
    select * from {{ ref('case_names') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

activities as (
    select * from {{ ref('activities') }}
),

attribute_values as (
    select * from {{ ref('attribute_values') }}
),

events as (
    select
        case_names.case_id,
        cast(timeline.event_number as bigint) as event_number,
        activity_codes.activity,
        coalesce(activities.label_en, activity_codes.activity) as activity_label_en,
        coalesce(activities.label_ja, activity_codes.activity) as activity_label_ja,
        activity_codes.phase,
        activity_codes.waited_for,
        timeline.event_at,
        cast(timeline.local_at as date) as event_date,
        timeline.zone_key is not null as is_date_only,
        timeline.is_future,
        stages.value as stage,
        timeline.stage_is_derived,
        representatives.value as sales_representative,
        regions.value as region,
        stg_events.opportunity_value as value,
        resources.value as resource,
        stg_events.is_automated,
        stg_events.document_amount as amount,
        stg_events.currency,
        {% for column in described_columns() -%}
            stg_events.{{ column }},
        {% endfor -%}
        stg_events.tax_basis,
        stg_events.lead_number,
        stg_events.quote_number,
        stg_events.order_number,
        stg_events.invoice_number,
        stg_events.receipt_number,
        stg_events.source_system,
        intake.source_file,
        stg_events.source_row
    from timeline
    inner join stg_events on timeline.source_order = stg_events.source_order
    inner join intake on stg_events.import_id = intake.import_id
    inner join case_names on timeline.case_key = case_names.case_key
    inner join activity_codes on timeline.activity_code = activity_codes.activity_code
    left join activities on activity_codes.activity = activities.activity
    {{ decode('timeline.resource_key', 'resource', 'resources') }}
    {{ decode('timeline.stage_key', 'sales_stage', 'stages') }}
    {{ decode('timeline.representative_key', 'sales_representative', 'representatives') }}
    {{ decode('timeline.region_key', 'region', 'regions') }}
)

select * from events
