-- Columns outside the template are kept under their header as written.

with

stg_events as (
    select * from {{ ref('stg_events') }}
),

-- One row per accepted row and header of a column outside the template.
field_names as (
    select
        source_order,
        other_columns,
        {{ json_names('other_columns') }} as attribute
    from stg_events
    where other_columns is not null and faults is null
),

custom_fields as (
    select
        source_order,
        attribute,
        {{ json_text('other_columns', 'attribute') }} as value
    from field_names
)

select * from custom_fields
