-- The id is a hash as in path_names: of the names with arrows doubled, joined by arrows.

with

milestone_steps as (
    select * from {{ ref('milestone_steps') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

milestone_paths as (
    select
        milestone_steps.path_key,
        md5({{ ordered_text(
            "replace(activity_codes.activity, '→', '→→')", ' → ', 'milestone_steps.step_number'
        ) }}) as milestone_path_id
    from milestone_steps
    inner join activity_codes on milestone_steps.activity_code = activity_codes.activity_code
    group by milestone_steps.path_key
)

select * from milestone_paths
