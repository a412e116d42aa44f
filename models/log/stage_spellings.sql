-- A written stage is matched to a listed one by name or label, without regard to case, width and
-- white space.

with

stages as (
    select * from {{ ref('stages') }}
),

all_stages as (
    select * from {{ ref('attribute_values') }}
    where attribute = 'sales_stage'
),

-- Names and labels of listed stages in comparable form.
stage_labels as (
    {% for name in ['stage', 'label_en', 'label_ja'] -%}
        select
            {{ spelling(name) }} as spelling,
            stage
        from stages
        {{ 'union' if not loop.last }}
    {% endfor -%}
),

-- A label that two stages share means the first of them; an exact name has priority.
stage_spellings as (
    select
        written_stages.value_key,
        coalesce(
            max(case when stage_labels.stage = written_stages.value then listed.value_key end),
            min(listed.value_key)
        ) as stage_key
    from all_stages as written_stages
    inner join stage_labels on {{ spelling('written_stages.value') }} = stage_labels.spelling
    inner join all_stages as listed on stage_labels.stage = listed.value
    group by written_stages.value_key
)

select * from stage_spellings
