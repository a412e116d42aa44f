-- Kept apart from case_attribute_values, whose columns are those of the template.

with

custom_fields as (
    select * from {{ ref('custom_fields') }}
),

timeline as (
    select * from {{ ref('timeline') }}
),

attribute_values as (
    select * from {{ ref('attribute_values') }}
),

-- One row per event up to the as-of moment and custom column with a value.
event_values as (
    select
        timeline.case_key,
        timeline.event_number,
        custom_fields.attribute,
        attribute_values.value_key
    from custom_fields
    inner join timeline on custom_fields.source_order = timeline.source_order
    inner join attribute_values
        on
            custom_fields.attribute = attribute_values.attribute
            and custom_fields.value = attribute_values.value
    where not timeline.is_future
),

custom_attributes as (
    select
        case_key,
        attribute,
        {{ packed_by('min', 'value_key', 'event_number') }} as first_key,
        {{ packed_by('max', 'value_key', 'event_number') }} as last_key,
        count(*) as value_count
    from event_values
    group by case_key, attribute
)

select * from custom_attributes
