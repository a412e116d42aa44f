-- The id is a hash of the path with arrows in names doubled, so that no two paths have the same
-- text.

with

path_steps as (
    select * from {{ ref('path_steps') }}
),

path_activities as (
    select * from {{ ref('path_activities') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

-- An arrow in a name is doubled.
safe_names as (
    select
        activity_code,
        replace(activity, '→', '→→') as activity
    from activity_codes
),

-- The names of a path, joined by arrows.
spelled_paths as (
    select
        path_steps.path_key,
        {{ ordered_text('safe_names.activity', ' → ', 'path_steps.step_number') }} as spelling
    from path_steps
    inner join safe_names on path_steps.activity_code = safe_names.activity_code
    group by path_steps.path_key
),

activity_counts as (
    select
        path_key,
        count(*) as activity_count
    from path_activities
    group by path_key
),

path_names as (
    select
        spelled_paths.path_key,
        md5(spelled_paths.spelling) as variant_id,
        replace(spelled_paths.spelling, '→→', '→') as path,
        activity_counts.activity_count
    from spelled_paths
    inner join activity_counts on spelled_paths.path_key = activity_counts.path_key
)

select * from path_names
