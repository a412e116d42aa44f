-- Text travels through sorts and groups as a whole number and becomes a word again in the marts.
-- The zones of dates are words too: a carried column of that name shares their keys.
-- A stage under its Japanese label is the same stage.

with

stg_events as (
    select * from {{ ref('stg_events') }}
),

other_cells as (
    select * from {{ ref('other_cells') }}
),

activities as (
    select * from {{ ref('activities') }}
),

stages as (
    select * from {{ ref('stages') }}
),

stage_names as (
    select sales_stage as word from stg_events where faults is null group by sales_stage
    union
    select default_stage from activities
    union
    select stage from stages
),

spelled as (
    {% for column in carried_columns() + ['resource'] -%}
        select
            '{{ column }}' as attribute,
            {{ column }} as word
        from stg_events
        where faults is null
        group by {{ column }}
        union all
    {% endfor -%}
    select
        'time_zone' as attribute,
        time_zone as word
    from stg_events
    where faults is null and is_date_only
    group by time_zone
    union all
    select
        'time_zone',
        '{{ var("reporting_time_zone") }}'
    union all
    select
        'sales_stage' as attribute,
        word
    from stage_names
    union all
    select
        attribute,
        value as word
    from other_cells
    group by attribute, value
),

numbered as (
    select
        cast(row_number() over (order by attribute, word) as integer) as word_key,
        attribute,
        word
    from spelled
    where word is not null
    group by attribute, word
),

labels as (
    select
        stages.label_ja,
        numbered.word_key
    from stages
    inner join numbered on stages.stage = numbered.word
    where numbered.attribute = 'sales_stage'
),

words as (
    select
        numbered.word_key,
        numbered.attribute,
        numbered.word,
        coalesce(labels.word_key, numbered.word_key) as stage_key
    from numbered
    left join labels on numbered.attribute = 'sales_stage' and numbered.word = labels.label_ja
)

select * from words
