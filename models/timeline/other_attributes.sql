-- Columns the template does not know are carried by the header they had.

with

stg_events as (
    select * from {{ ref('stg_events') }}
),

timeline as (
    select * from {{ ref('timeline') }}
),

named as (
    select
        source_order,
        other_columns,
        {{ json_names('other_columns') }} as attribute
    from stg_events
    where other_columns is not null and faults is null
),

told as (
    select
        timeline.case_key,
        timeline.event_number,
        named.attribute,
        {{ json_text('named.other_columns', 'named.attribute') }} as value
    from named
    inner join timeline on named.source_order = timeline.source_order
    where not timeline.is_future
),

other_attributes as (
    select
        case_key,
        attribute,
        min_by(value, event_number) as first_value,
        max_by(value, event_number) as last_value,
        count(*) as value_count
    from told
    group by case_key, attribute
)

select * from other_attributes
