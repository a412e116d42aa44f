-- Dictionary encoding: attribute text is an integer key until the marts, so sorts and groups stay
-- narrow (docs/performance.md). A stage of the list is found by its name or label, whatever the
-- case, width and white space. Time zones are values too: a custom column `time_zone` shares them.

with

stg_events as (
    select * from {{ ref('stg_events') }}
),

custom_fields as (
    select * from {{ ref('custom_fields') }}
),

activities as (
    select * from {{ ref('activities') }}
),

stages as (
    select * from {{ ref('stages') }}
),

stage_names as (
    select sales_stage as value from stg_events where faults is null group by sales_stage
    union
    select default_stage from activities
    union
    select stage from stages
),

spelled as (
    {% for column in carried_columns() + ['resource'] -%}
        select
            '{{ column }}' as attribute,
            {{ column }} as value
        from stg_events
        where faults is null
        group by {{ column }}
        union all
    {% endfor -%}
    select
        'time_zone' as attribute,
        time_zone as value
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
        value
    from stage_names
    union all
    select
        attribute,
        value
    from custom_fields
    group by attribute, value
),

numbered as (
    select
        cast(row_number() over (order by attribute, value) as integer) as value_key,
        attribute,
        value
    from spelled
    where value is not null
    group by attribute, value
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
stage_values as (
    select
        spelt.value_key,
        coalesce(
            max(case when known_stages.stage = spelt.value then numbered.value_key end),
            min(numbered.value_key)
        ) as stage_key
    from numbered as spelt
    inner join known_stages on {{ spelling('spelt.value') }} = known_stages.spelling
    inner join numbered on known_stages.stage = numbered.value
    where spelt.attribute = 'sales_stage' and numbered.attribute = 'sales_stage'
    group by spelt.value_key
),

attribute_values as (
    select
        numbered.value_key,
        numbered.attribute,
        numbered.value,
        coalesce(stage_values.stage_key, numbered.value_key) as stage_key
    from numbered
    left join stage_values on numbered.value_key = stage_values.value_key
)

select * from attribute_values
