-- Labels of dimensions, stages and activities that differ only in what macro spelling removes.

with

segments as (
    select * from {{ ref('segments') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

attribute_values as (
    select * from {{ ref('attribute_values') }}
),

stage_spellings as (
    select * from {{ ref('stage_spellings') }}
),

-- Written stages that are matched to a listed stage are left out.
labels as (
    select
        dimension,
        segment as label
    from segments
    where dimension != 'all' and segment != '(none)'
    union all
    select
        'activity',
        activity
    from activity_codes
    union all
    select
        'sales_stage',
        attribute_values.value
    from attribute_values
    left join stage_spellings on attribute_values.value_key = stage_spellings.value_key
    where
        attribute_values.attribute = 'sales_stage'
        and coalesce(stage_spellings.stage_key = attribute_values.value_key, true)
),

spellings as (
    select
        dimension,
        label,
        count(*) over one_spelling as spelling_count,
        min(label) over one_spelling as first_label
    from labels
    window one_spelling as (partition by dimension, {{ spelling('label') }})
)

select * from spellings
