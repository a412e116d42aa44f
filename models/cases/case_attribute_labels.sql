-- The last value of what describes a case, decoded; the loop spells each join once. The loss
-- reason is that of its outcome.

with

case_attribute_values as (
    select * from {{ ref('case_attribute_values') }}
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
            case_attribute_values.{{ column }},
        {% endfor -%}
        case_attribute_values.case_key
    from case_attribute_values
    inner join case_results on case_attribute_values.case_key = case_results.case_key
    {% for column in carried_columns() -%}
        left join attribute_values as {{ column }}_values
            on
                {% set source = 'results' if column == 'loss_reason' else 'attribute_values' -%}
                case_{{ source }}.{{ column }}_key = {{ column }}_values.value_key
                and {{ column }}_values.attribute = '{{ column }}'
    {% endfor -%}
)

select * from case_attribute_labels
