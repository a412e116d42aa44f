-- A share of nothing is null and not judged. In a small log a few rows exceed the limit of a
-- share: with fewer than minimum_count, and not more than half, the severity is one grade lower.

with

measures as (
    select * from {{ ref('row_measures') }}
    union all
    select * from {{ ref('event_measures') }}
    union all
    select * from {{ ref('case_measures') }}
    union all
    select * from {{ ref('source_measures') }}
    union all
    select * from {{ ref('date_measures') }}
    union all
    select * from {{ ref('process_measures') }}
    union all
    select * from {{ ref('calendar_measures') }}
),

limits as (
    select * from {{ ref('limits') }}
),

shared as (
    select
        measure,
        cast(part as bigint) as part,
        cast(whole as bigint) as whole,
        nullif(examples, '') as examples,
        cast(part as double) / cast(nullif(whole, 0) as double) as value
    from measures
),

quality_measures as (
    select
        shared.measure,
        limits.label_en,
        limits.label_ja,
        shared.value,
        shared.part,
        shared.whole,
        limits.unit,
        limits.limit_value as {{ quoted('limit') }},
        limits.minimum_count,
        case
            when shared.value is null or shared.value <= limits.limit_value then limits.severity
            when shared.part >= coalesce(limits.minimum_count, 1) then limits.severity
            when 2 * shared.part > shared.whole then limits.severity
            when limits.severity = 'critical' then 'warning'
            else 'info'
        end as severity,
        case
            when shared.value is null then 'not_applicable'
            when shared.value > limits.limit_value then 'exceeded'
            else 'passed'
        end as status,
        shared.examples,
        limits.remedy_en,
        limits.remedy_ja
    from shared
    left join limits on shared.measure = limits.measure
)

select * from quality_measures
