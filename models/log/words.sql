-- Text travels through sorts and groups as a whole number and becomes a word again in the marts.
-- A stage of the list is found by its name or label, whatever the case, width and white space. The
-- zones of dates are words too: a carried column of that name shares their keys.

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

known_stages as (
    {% for name in ['stage', 'label_en', 'label_ja'] -%}
        select
            {{ spelling(name) }} as spelling,
            stage
        from stages
        {{ 'union' if not loop.last }}
    {% endfor -%}
),

-- A name that two stages share means the first of them; a stage under its own name is itself.
stage_words as (
    select
        spelt.word_key,
        coalesce(
            max(case when known_stages.stage = spelt.word then numbered.word_key end),
            min(numbered.word_key)
        ) as stage_key
    from numbered as spelt
    inner join known_stages on {{ spelling('spelt.word') }} = known_stages.spelling
    inner join numbered on known_stages.stage = numbered.word
    where spelt.attribute = 'sales_stage' and numbered.attribute = 'sales_stage'
    group by spelt.word_key
),

words as (
    select
        numbered.word_key,
        numbered.attribute,
        numbered.word,
        coalesce(stage_words.stage_key, numbered.word_key) as stage_key
    from numbered
    left join stage_words on numbered.word_key = stage_words.word_key
)

select * from words
