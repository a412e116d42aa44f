-- A measure with nothing to count is null and not judged. In a small log a few rows exceed the
-- limit of a share: with fewer than minimum_count, and not more than half, the severity is one
-- grade lower.

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
    select * from {{ ref('order_measures') }}
    union all
    select * from {{ ref('calendar_measures') }}
    union all
    select * from {{ ref('label_measures') }}
    union all
    select * from {{ ref('repeat_measures') }}
    union all
    select * from {{ ref('volume_measures') }}
    union all
    select * from {{ ref('clock_measures') }}
),

limits as (
    select * from {{ ref('limits') }}
),

-- The measures with their value.
shares as (
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
        shares.measure,
        limits.label_en,
        limits.label_ja,
        shares.value,
        shares.part,
        shares.whole,
        limits.unit,
        limits.limit_value as {{ quoted('limit') }},
        limits.minimum_count,
        case
            when shares.value is null or shares.value <= limits.limit_value then limits.severity
            when shares.part >= coalesce(limits.minimum_count, 1) then limits.severity
            when 2 * shares.part > shares.whole then limits.severity
            when limits.severity = 'critical' then 'warning'
            else 'info'
        end as severity,
        case
            when shares.value is null then 'not_applicable'
            when shares.value > limits.limit_value then 'exceeded'
            else 'passed'
        end as status,
        shares.examples,
        limits.remedy_en,
        limits.remedy_ja
    from shares
    left join limits on shares.measure = limits.measure
)

select * from quality_measures
