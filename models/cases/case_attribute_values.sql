-- First and last non-empty value of each carried attribute, as value keys. Events after the as-of
-- moment are ignored. The loops avoid writing a dozen columns five times.

with

timeline as (
    select * from {{ ref('timeline') }}
),

stg_events as (
    select * from {{ ref('stg_events') }}
),

attribute_values as (
    select * from {{ ref('attribute_values') }}
),

-- Rows with their attributes as value keys.
encoded_rows as (
    select
        {% for column in carried_columns() -%}
            {{ column }}_values.value_key as {{ column }}_key,
        {% endfor -%}
        stg_events.source_order
    from stg_events
    {% for column in carried_columns() -%}
        {{ encode('stg_events.' ~ column, column, column ~ '_values') }}
    {% endfor -%}
),

-- The same for events up to the as-of moment, with their position in the case.
encoded_events as (
    select
        timeline.case_key,
        timeline.event_number,
        encoded_rows.*
    from timeline
    inner join encoded_rows on timeline.source_order = encoded_rows.source_order
    where not timeline.is_future
),

case_attribute_values as (
    select
        case_key,
        {% for column in carried_columns() -%}
            {{ packed_by('max', column ~ '_key', 'event_number') }} as {{ column }}_key,
            {{ packed_by('min', column ~ '_key', 'event_number') }} as first_{{ column }}_key,
            count({{ column }}_key) as {{ column }}_count,
        {% endfor -%}
        max(case when loss_reason_key is not null then event_number end) as loss_reason_number
    from encoded_events
    group by case_key
)

select * from case_attribute_values
