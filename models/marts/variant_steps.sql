with

path_steps as (
    select * from {{ ref('path_steps') }}
),

path_names as (
    select * from {{ ref('path_names') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

variant_steps as (
    select
        path_names.variant_id,
        cast(path_steps.step_number as bigint) as step_number,
        activity_codes.activity
    from path_steps
    inner join path_names on path_steps.path_key = path_names.path_key
    inner join activity_codes on path_steps.activity_code = activity_codes.activity_code
)

select * from variant_steps
