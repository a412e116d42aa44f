-- The wide columns of case_profiles turned into rows, the loop spelling the branch once; then the
-- rest.

with

case_profiles as (
    select * from {{ ref('case_profiles') }}
),

other_attributes as (
    select * from {{ ref('other_attributes') }}
),

attributes as (
    {% for column in carried_columns() -%}
        select
            case_key,
            '{{ column }}' as attribute,
            first_{{ column }}_key as first_key,
            {{ column }}_key as last_key,
            {{ column }}_count as value_count
        from case_profiles
        where {{ column }}_key is not null
        union all
    {% endfor -%}
    select
        case_key,
        attribute,
        first_key,
        last_key,
        value_count
    from other_attributes
)

select * from attributes
