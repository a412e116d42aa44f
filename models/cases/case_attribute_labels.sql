-- The last value of each attribute of a case, decoded; the loop writes each join once. The loss
-- reason is the one that matches the outcome.

with

case_attribute_values as (
    select * from {{ ref('case_attribute_values') }}
),

case_amounts as (
    select * from {{ ref('case_amounts') }}
),

case_results as (
    select * from {{ ref('case_results') }}
),

attribute_values as (
    select * from {{ ref('attribute_values') }}
),

case_attribute_labels as (
    select
        {% for column in carried_columns() -%}
            {{ column }}_values.value as {{ column }},
        {% endfor -%}
        {% for column in described_columns() -%}
            case_amounts.{{ column }},
        {% endfor -%}
        case_amounts.case_key
    from case_amounts
    inner join case_attribute_values on case_amounts.case_key = case_attribute_values.case_key
    inner join case_results on case_amounts.case_key = case_results.case_key
    {% for column in carried_columns() -%}
        {% set source = 'results' if column == 'loss_reason' else 'attribute_values' -%}
        {{ decode('case_' ~ source ~ '.' ~ column ~ '_key', column, column ~ '_values') }}
    {% endfor -%}
)

select * from case_attribute_labels
