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
            first_{{ column }} as first_value,
            {{ column }} as last_value,
            {{ column }}_count as value_count
        from case_profiles
        where {{ column }} is not null
        union all
    {% endfor -%}
    select
        case_key,
        attribute,
        first_value,
        last_value,
        value_count
    from other_attributes
)

select * from attributes
