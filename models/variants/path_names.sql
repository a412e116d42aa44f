-- The id is made of the path with the arrows in names doubled, so that no two paths can spell the
-- same id.

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

named as (
    select
        activity_code,
        replace(activity, '→', '→→') as activity
    from activity_codes
),

spelled as (
    select
        path_steps.path_key,
        {{ ordered_text('named.activity', ' → ', 'path_steps.step_number') }} as spelling
    from path_steps
    inner join named on path_steps.activity_code = named.activity_code
    group by path_steps.path_key
),

counted as (
    select
        path_key,
        count(*) as activity_count
    from path_activities
    group by path_key
),

path_names as (
    select
        spelled.path_key,
        md5(spelled.spelling) as variant_id,
        replace(spelled.spelling, '→→', '→') as path,
        counted.activity_count
    from spelled
    inner join counted on spelled.path_key = counted.path_key
)

select * from path_names
