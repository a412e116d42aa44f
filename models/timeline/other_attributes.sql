-- Kept apart from case_profiles, whose columns are those of the template.

with

other_cells as (
    select * from {{ ref('other_cells') }}
),

timeline as (
    select * from {{ ref('timeline') }}
),

words as (
    select * from {{ ref('words') }}
),

told as (
    select
        timeline.case_key,
        timeline.event_number,
        other_cells.attribute,
        words.word_key
    from other_cells
    inner join timeline on other_cells.source_order = timeline.source_order
    inner join words
        on other_cells.attribute = words.attribute and other_cells.value = words.word
    where not timeline.is_future
),

other_attributes as (
    select
        case_key,
        attribute,
        {{ key_by('min', 'word_key', 'event_number') }} as first_key,
        {{ key_by('max', 'word_key', 'event_number') }} as last_key,
        count(*) as value_count
    from told
    group by case_key, attribute
)

select * from other_attributes
