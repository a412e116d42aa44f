-- Dictionary encoding: attribute text is an integer key until the marts, so sorts and groups stay
-- narrow (docs/performance.md). The loop writes the branch of a column once. Time zones are values
-- too: a custom column `time_zone` shares them.

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

all_values as (
    {% for column in carried_columns() + ['resource', 'sales_stage'] -%}
        select
            '{{ column }}' as attribute,
            {{ column }} as value
        from stg_events
        where faults is null
        group by {{ column }}
        union all
    {% endfor -%}
    select
        'sales_stage',
        default_stage
    from activities
    union all
    select
        'sales_stage',
        stage
    from stages
    union all
    select
        'time_zone',
        time_zone
    from stg_events
    where faults is null and is_date_only
    group by time_zone
    union all
    select
        'time_zone',
        '{{ var("reporting_time_zone") }}'
    union all
    select
        attribute,
        value
    from custom_fields
    group by attribute, value
),

attribute_values as (
    select
        cast(row_number() over (order by attribute, value) as integer) as value_key,
        attribute,
        value
    from all_values
    where value is not null
    group by attribute, value
)

select * from attribute_values
