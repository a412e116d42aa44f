-- What the cells say of a case: the last non-empty value of each attribute, as a value key, and the
-- first. The one join of the timeline with the text of the landing. The loops spare a dozen columns
-- written five times. Events after the as-of moment decide nothing here either.

with

timeline as (
    select * from {{ ref('timeline') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

case_facts as (
    select * from {{ ref('case_facts') }}
),

stg_events as (
    select * from {{ ref('stg_events') }}
),

attribute_values as (
    select * from {{ ref('attribute_values') }}
),

worded as (
    select
        {% for column in carried_columns() -%}
            {{ column }}_values.value_key as {{ column }}_key,
        {% endfor -%}
        stg_events.*
    from stg_events
    {% for column in carried_columns() -%}
        left join attribute_values as {{ column }}_values
            on
                stg_events.{{ column }} = {{ column }}_values.value
                and {{ column }}_values.attribute = '{{ column }}'
    {% endfor -%}
),

told as (
    select
        timeline.case_key,
        timeline.event_number,
        timeline.local_at,
        timeline.event_at as settled_at,
        coalesce(timeline.event_number <= case_facts.decided_number, true) as is_before_decision,
        timeline.event_number = case_facts.decided_number as is_decision,
        activity_codes.effect,
        coalesce(worded.currency, '{{ var("reporting_currency") }}') as value_currency,
        worded.*
    from timeline
    inner join activity_codes on timeline.activity_code = activity_codes.activity_code
    inner join case_facts on timeline.case_key = case_facts.case_key
    inner join worded on timeline.source_order = worded.source_order
    where not timeline.is_future
),

weighed as (
    select
        *,
        case when opportunity_value is not null then value_currency end as told_currency,
        case when opportunity_value > 0 and is_before_decision then opportunity_value end
            as value_before,
        case when opportunity_value > 0 and is_before_decision then value_currency end
            as currency_before
    from told
),

case_attribute_values as (
    select
        case_key,
        {% for column in carried_columns() -%}
            {{ packed_by('max', column ~ '_key', 'event_number') }} as {{ column }}_key,
            {{ packed_by('min', column ~ '_key', 'event_number') }} as first_{{ column }}_key,
            count({{ column }}_key) as {{ column }}_count,
        {% endfor -%}
        max(case when is_decision then local_at end) as decided_local_at,
        max(case when is_decision then settled_at end) as decided_at,
        max(case when loss_reason_key is not null then event_number end) as loss_reason_number,
        max(case when opportunity_value is not null then event_number end) as last_value_number,
        {% for column in described_columns() -%}
            {{ non_null_by('max_by', column, 'event_number') }} as {{ column }},
        {% endfor -%}
        {{ non_null_by('min_by', 'opportunity_value', 'event_number') }} as first_value,
        {{ non_null_by('max_by', 'opportunity_value', 'event_number') }} as last_value,
        {{ non_null_by('max_by', 'told_currency', 'event_number') }} as last_currency,
        {{ non_null_by('max_by', 'value_before', 'event_number') }} as value_before_decision,
        {{ non_null_by('max_by', 'currency_before', 'event_number') }} as currency_before_decision,
        coalesce(bool_or(effect = 'written_off'), false) as is_written_off
    from weighed
    group by case_key
)

select * from case_attribute_values
