with

occurrences as (
    select * from {{ ref('occurrences') }}
),

case_names as (
    select * from {{ ref('case_names') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

milestones as (
    select
        case_names.case_id,
        activity_codes.activity,
        occurrences.first_at,
        occurrences.last_at,
        cast(occurrences.occurrences as bigint) as occurrences
    from occurrences
    inner join case_names on occurrences.case_key = case_names.case_key
    inner join activity_codes on occurrences.activity_code = activity_codes.activity_code
)

select * from milestones
