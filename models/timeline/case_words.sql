-- The last value of what describes a case, in words; the loop spells each join once.

with

case_profiles as (
    select * from {{ ref('case_profiles') }}
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
    {% for column in carried_columns() -%}
        left join words as {{ column }}_words
            on
                case_profiles.{{ column }}_key = {{ column }}_words.word_key
                and {{ column }}_words.attribute = '{{ column }}'
    {% endfor -%}
)

select * from case_words
