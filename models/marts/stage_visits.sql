with

visits as (
    select * from {{ ref('visits') }}
),

case_names as (
    select * from {{ ref('case_names') }}
),

attribute_values as (
    select * from {{ ref('attribute_values') }}
),

stage_visits as (
    select
        case_names.case_id,
        cast(visits.visit_number as bigint) as visit_number,
        visits.stage,
        visits.entered_at,
        visits.left_at,
        {{ elapsed_days('visits.spent_us') }} as days_in_stage,
        visits.worked_days,
        visits.is_open,
        visits.is_stalled,
        visits.exit,
        representatives.value as sales_representative,
        regions.value as region
    from visits
    inner join case_names on visits.case_key = case_names.case_key
    {{ decode('visits.representative_key', 'sales_representative', 'representatives') }}
    {{ decode('visits.region_key', 'region', 'regions') }}
)

select * from stage_visits
