-- Labels of a dimension, stages and activities that differ only in what macro spelling evens out.

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
        value
    from attribute_values
    where attribute = 'sales_stage' and stage_key = value_key
),

spellings as (
    select
        dimension,
        label,
        count(*) over spelled as spelling_count,
        min(label) over spelled as first_label
    from labels
    window spelled as (partition by dimension, {{ spelling('label') }})
)

select * from spellings
