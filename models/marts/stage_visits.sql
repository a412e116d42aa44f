with

visits as (
    select * from {{ ref('visits') }}
),

case_names as (
    select * from {{ ref('case_names') }}
),

words as (
    select * from {{ ref('words') }}
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
        representatives.word as sales_representative,
        regions.word as region
    from visits
    inner join case_names on visits.case_key = case_names.case_key
    left join words as representatives
        on
            visits.representative_key = representatives.word_key
            and representatives.attribute = 'sales_representative'
    left join words as regions
        on visits.region_key = regions.word_key and regions.attribute = 'region'
)

select * from stage_visits
