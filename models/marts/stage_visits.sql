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
        visits.is_open,
        visits.is_stalled,
        visits.exit,
        representatives.value as sales_representative,
        regions.value as region
    from visits
    inner join case_names on visits.case_key = case_names.case_key
    left join attribute_values as representatives
        on
            visits.representative_key = representatives.value_key
            and representatives.attribute = 'sales_representative'
    left join attribute_values as regions
        on visits.region_key = regions.value_key and regions.attribute = 'region'
)

select * from stage_visits
