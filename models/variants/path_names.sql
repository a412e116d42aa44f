-- The id is made of length-prefixed names, so that no two paths can spell the same id.

with

path_steps as (
    select * from {{ ref('path_steps') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

path_names as (
    select
        path_steps.path_key,
        md5({{ ordered_text(
            "concat(length(activity_codes.activity), ':', activity_codes.activity)", '', 'path_steps.step_number'
        ) }}) as variant_id,
        {{ ordered_text('activity_codes.activity', ' → ', 'path_steps.step_number') }} as path,
        count(distinct path_steps.activity_code) as activity_count
    from path_steps
    inner join activity_codes on path_steps.activity_code = activity_codes.activity_code
    group by path_steps.path_key
)

select * from path_names
