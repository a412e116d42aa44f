-- The wide columns of case_attribute_values as rows (the loop writes the branch once), then the
-- custom columns.

with

case_attribute_values as (
    select * from {{ ref('case_attribute_values') }}
),

custom_attributes as (
    select * from {{ ref('custom_attributes') }}
),

attributes as (
    {% for column in carried_columns() -%}
        select
            case_key,
            '{{ column }}' as attribute,
            first_{{ column }}_key as first_key,
            {{ column }}_key as last_key,
            {{ column }}_count as value_count
        from case_attribute_values
        where {{ column }}_key is not null
        union all
    {% endfor -%}
    select
        case_key,
        attribute,
        first_key,
        last_key,
        value_count
    from custom_attributes
)

select * from attributes
