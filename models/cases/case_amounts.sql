-- The last of each amount and date that describes a case, and its value: the first, the last, and
-- the last above 0 up to the deciding outcome. Events after the as-of moment are ignored.

with

timeline as (
    select * from {{ ref('timeline') }}
),

case_outcomes as (
    select * from {{ ref('case_outcomes') }}
),

stg_events as (
    select * from {{ ref('stg_events') }}
),

-- One row per event up to the as-of moment, with its amounts and dates.
event_amounts as (
    select
        timeline.case_key,
        timeline.event_number,
        {% for column in described_columns() -%}
            stg_events.{{ column }},
        {% endfor -%}
        stg_events.opportunity_value,
        case
            when stg_events.opportunity_value is not null
                then coalesce(stg_events.currency, '{{ var("reporting_currency") }}')
        end as value_currency,
        stg_events.opportunity_value > 0
        and coalesce(timeline.event_number <= case_outcomes.decided_number, true)
            as is_before_decision
    from timeline
    inner join stg_events on timeline.source_order = stg_events.source_order
    left join case_outcomes on timeline.case_key = case_outcomes.case_key
    where not timeline.is_future
),

-- `value_before` is the value that counts for a lost deal.
valued_events as (
    select
        *,
        case when is_before_decision then opportunity_value end as value_before,
        case when is_before_decision then value_currency end as currency_before
    from event_amounts
),

case_amounts as (
    select
        case_key,
        {% for column in described_columns() -%}
            {{ non_null_by('max_by', column, 'event_number') }} as {{ column }},
        {% endfor -%}
        max(case when opportunity_value is not null then event_number end) as last_value_number,
        {{ non_null_by('min_by', 'opportunity_value', 'event_number') }} as first_value,
        {{ non_null_by('max_by', 'opportunity_value', 'event_number') }} as last_value,
        {{ non_null_by('max_by', 'value_currency', 'event_number') }} as last_currency,
        {{ non_null_by('max_by', 'value_before', 'event_number') }} as value_before_decision,
        {{ non_null_by('max_by', 'currency_before', 'event_number') }} as currency_before_decision
    from valued_events
    group by case_key
)

select * from case_amounts
