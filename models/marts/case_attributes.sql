with

attributes as (
    select * from {{ ref('attributes') }}
),

case_names as (
    select * from {{ ref('case_names') }}
),

words as (
    select * from {{ ref('words') }}
),

case_attributes as (
    select
        case_names.case_id,
        attributes.attribute,
        first_words.word as first_value,
        last_words.word as last_value,
        attributes.value_count
    from attributes
    inner join case_names on attributes.case_key = case_names.case_key
    inner join words as first_words on attributes.first_key = first_words.word_key
    inner join words as last_words on attributes.last_key = last_words.word_key
)

select * from case_attributes
