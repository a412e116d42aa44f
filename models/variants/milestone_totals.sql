with

milestone_paths as (
    select * from {{ ref('milestone_paths') }}
),

case_paths as (
    select * from {{ ref('case_paths') }}
),

case_facts as (
    select * from {{ ref('case_facts') }}
),

case_values as (
    select * from {{ ref('case_values') }}
),

milestone_totals as (
    select
        milestone_paths.milestone_path_id,
        count(*) as case_count,
        {{ percentile(0.5, 'case_facts.duration_us') }} as median_us,
        cast(sum(case_values.value_reporting) as decimal(28, 4)) as value_reporting
    from milestone_paths
    inner join case_paths on milestone_paths.path_key = case_paths.path_key
    inner join case_facts on case_paths.case_key = case_facts.case_key
    inner join case_values on case_paths.case_key = case_values.case_key
    group by milestone_paths.milestone_path_id
)

select * from milestone_totals
