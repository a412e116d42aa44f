-- Self-loops and repetitions (with other events in between) are counted separately and add up to
-- all repeats.

with

repeats as (
    select * from {{ ref('repeats') }}
),

case_values as (
    select * from {{ ref('case_values') }}
),

repeat_counts as (
    select
        activity_code,
        count(*) filter (where is_self_loop) as self_loop_count,
        count(*) filter (where not is_self_loop) as repetition_count,
        count(*) filter (where same_resource) as same_resource_count,
        count(*) filter (where not same_resource) as other_resource_count,
        {{ exact_sum('elapsed_us') }} as extra_us
    from repeats
    group by activity_code
),

-- One row per activity and case that repeats it.
repeated_cases as (
    select
        activity_code,
        case_key
    from repeats
    group by activity_code, case_key
),

-- Number and value of these cases, per activity.
reworked_values as (
    select
        repeated_cases.activity_code,
        count(*) as rework_case_count,
        cast(sum(case_values.value_reporting) as decimal(28, 4)) as value_reporting
    from repeated_cases
    inner join case_values on repeated_cases.case_key = case_values.case_key
    group by repeated_cases.activity_code
),

loops as (
    select
        repeat_counts.*,
        reworked_values.rework_case_count,
        reworked_values.value_reporting
    from repeat_counts
    inner join reworked_values on repeat_counts.activity_code = reworked_values.activity_code
)

select * from loops
