-- Text travels through the sort as a whole number and becomes a word again in the marts.
-- A stage under its Japanese label is the same stage.

with

stg_events as (
    select * from {{ ref('stg_events') }}
),

activities as (
    select * from {{ ref('activities') }}
),

stages as (
    select * from {{ ref('stages') }}
),

spelled as (
    select sales_stage as word from stg_events where faults is null group by sales_stage
    union
    select sales_representative from stg_events where faults is null group by sales_representative
    union
    select region from stg_events where faults is null group by region
    union
    select resource from stg_events where faults is null group by resource
    union
    select default_stage from activities
    union
    select stage from stages
),

numbered as (
    select
        cast(row_number() over (order by word) as integer) as word_key,
        word
    from spelled
    where word is not null
),

words as (
    select
        numbered.word_key,
        numbered.word,
        coalesce(stage_words.word_key, numbered.word_key) as stage_key
    from numbered
    left join stages on numbered.word = stages.label_ja
    left join numbered as stage_words on stages.stage = stage_words.word
)

select * from words
