-- Labels of a dimension, and activities, that differ only in case, blanks, width or punctuation.

with

segments as (
    select * from {{ ref('segments') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
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
