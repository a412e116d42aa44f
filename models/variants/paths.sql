-- Cases with one signature and length took one path; the lowest case key is its key. If two
-- paths share a signature, their second signatures differ, and a test stops the build.

with

case_facts as (
    select * from {{ ref('case_facts') }}
),

case_values as (
    select * from {{ ref('case_values') }}
),

paths as (
    select
        min(case_facts.case_key) as path_key,
        case_facts.signature,
        case_facts.event_count,
        count(*) as case_count,
        min(case_facts.second_signature) as second_signature,
        max(case_facts.second_signature) as last_second_signature,
        {{ percentile(0.5, 'case_facts.duration_us') }} as median_us,
        cast(sum(case_values.value_reporting) as decimal(28, 4)) as value_reporting
    from case_facts
    inner join case_values on case_facts.case_key = case_values.case_key
    group by case_facts.signature, case_facts.event_count
)

select * from paths
