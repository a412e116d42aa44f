-- The one narrow copy of the landing: keys and times only. Text stays in the landing and is joined
-- back by `source_order`.

with

stg_events as (
    select * from {{ ref('stg_events') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

early_rows as (
    select * from {{ ref('stray_rows') }}
    where is_early
),

attribute_values as (
    select * from {{ ref('attribute_values') }}
),

stage_spellings as (
    select * from {{ ref('stage_spellings') }}
),

accepted_rows as (
    select
        stg_events.source_order,
        stg_events.import_id,
        {{ hash_key('stg_events.case_id') }} as case_key,
        activity_codes.activity_code,
        activity_codes.activity_rank,
        activity_codes.is_catalogued,
        stg_events.event_at,
        case
            when stg_events.is_date_only then cast(stg_events.local_date as timestamp)
            else {{ local_time('stg_events.event_at', "'" ~ var('reporting_time_zone') ~ "'") }}
        end as local_at,
        stg_events.is_date_only,
        zones.value_key as zone_key,
        coalesce(stage_spellings.stage_key, stages.value_key) as stage_key,
        representatives.value_key as representative_key,
        regions.value_key as region_key,
        resources.value_key as resource_key
    from stg_events
    inner join activity_codes on stg_events.activity = activity_codes.activity
    {{ encode(
        "case when stg_events.is_date_only then coalesce(stg_events.time_zone, '"
        ~ var('reporting_time_zone') ~ "') end",
        'time_zone', 'zones'
    ) }}
    {{ encode('stg_events.sales_stage', 'sales_stage', 'stages') }}
    left join stage_spellings on stages.value_key = stage_spellings.value_key
    {{ encode('stg_events.sales_representative', 'sales_representative', 'representatives') }}
    {{ encode('stg_events.region', 'region', 'regions') }}
    {{ encode('stg_events.resource', 'resource', 'resources') }}
    left join early_rows on stg_events.source_order = early_rows.source_order
    where stg_events.faults is null and early_rows.source_order is null
)

select * from accepted_rows
