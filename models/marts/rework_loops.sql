-- Where repeats are normal, such as payments in instalments, none of the days is extra.

with

loops as (
    select * from {{ ref('loops') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

rework_loops as (
    select
        activity_codes.activity,
        activity_codes.repeats,
        loops.self_loop_count,
        loops.repetition_count,
        loops.same_resource_count,
        loops.other_resource_count,
        loops.rework_case_count,
        case when activity_codes.repeats != 'normal' then {{ elapsed_days('loops.extra_us') }} end
            as extra_days,
        loops.value_reporting
    from loops
    inner join activity_codes on loops.activity_code = activity_codes.activity_code
)

select * from rework_loops
