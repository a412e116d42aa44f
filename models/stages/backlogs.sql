-- Open visits per stage. A case has at most one; of equally old ones the first case id is listed.

with

visits as (
    select * from {{ ref('visits') }}
    where is_open
),

case_names as (
    select * from {{ ref('case_names') }}
),

case_values as (
    select * from {{ ref('case_values') }}
),

open_visits as (
    select
        visits.stage,
        visits.is_stalled,
        visits.spent_us,
        case_names.case_id,
        case_values.value_reporting,
        row_number() over (
            partition by visits.stage order by visits.spent_us desc, case_names.case_id asc
        ) as place
    from visits
    inner join case_names on visits.case_key = case_names.case_key
    left join case_values on visits.case_key = case_values.case_key
),

backlogs as (
    select
        stage,
        cast(sum(value_reporting) as decimal(28, 4)) as open_value,
        cast(sum(value_reporting) filter (where is_stalled) as decimal(28, 4)) as stalled_value,
        max(spent_us) as oldest_us,
        max(case_id) filter (where place = 1) as oldest_case_id
    from open_visits
    group by stage
)

select * from backlogs
