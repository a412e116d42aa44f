-- The last value of what describes a case, in words; the loop spells each join once. The loss
-- reason is that of its outcome.

with

case_profiles as (
    select * from {{ ref('case_profiles') }}
),

case_results as (
    select * from {{ ref('case_results') }}
),

words as (
    select * from {{ ref('words') }}
),

case_words as (
    select
        {% for column in carried_columns() -%}
            {{ column }}_words.word as {{ column }},
        {% endfor -%}
        {% for column in described_columns() -%}
            case_profiles.{{ column }},
        {% endfor -%}
        case_profiles.case_key
    from case_profiles
    inner join case_results on case_profiles.case_key = case_results.case_key
    {% for column in carried_columns() -%}
        left join words as {{ column }}_words
            on
                {% set source = 'case_results' if column == 'loss_reason' else 'case_profiles' -%}
                {{ source }}.{{ column }}_key = {{ column }}_words.word_key
                and {{ column }}_words.attribute = '{{ column }}'
    {% endfor -%}
)

select * from case_words
