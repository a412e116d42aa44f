-- What the cells say of a case: the last non-empty value of each attribute, the first beside it.
-- The one join of the timeline with the text of the landing. The loop spares a dozen columns
-- written three times. Events after the as-of moment decide nothing here either.

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

told as (
    select
        timeline.case_key,
        timeline.event_number,
        timeline.local_at,
        timeline.event_at as settled_at,
        timeline.event_number <= case_facts.decided_number as is_before_decision,
        timeline.event_number = case_facts.decided_number as is_decision,
        activity_codes.effect,
        activity_codes.invoice_sign,
        activity_codes.payment_sign,
        coalesce(stg_events.currency, '{{ var("reporting_currency") }}') as value_currency,
        stg_events.*
    from timeline
    inner join activity_codes on timeline.activity_code = activity_codes.activity_code
    inner join case_facts on timeline.case_key = case_facts.case_key
    inner join stg_events on timeline.source_order = stg_events.source_order
    where not timeline.is_future
),

case_profiles as (
    select
        case_key,
        {% for column in carried_columns() -%}
            max_by({{ column }}, event_number) filter (where {{ column }} is not null)
                as {{ column }},
            min_by({{ column }}, event_number) filter (
                where {{ column }} is not null
            )
                as first_{{ column }},
            count({{ column }}) as {{ column }}_count,
        {% endfor -%}
        max(local_at) filter (where is_decision) as decided_local_at,
        max(settled_at) filter (where is_decision) as decided_at,
        coalesce(bool_or(is_date_only and is_decision), false) as is_decided_date_only,
        max_by(discount_rate, event_number) filter (where discount_rate is not null)
            as discount_rate,
        max_by(expected_close_date, event_number) filter (
            where expected_close_date is not null
        ) as expected_close_date,
        min_by(opportunity_value, event_number) filter (
            where opportunity_value is not null
        ) as first_value,
        max_by(opportunity_value, event_number) filter (
            where opportunity_value is not null
        ) as last_value,
        max_by(value_currency, event_number) filter (where opportunity_value is not null)
            as last_currency,
        max_by(opportunity_value, event_number) filter (
            where opportunity_value > 0 and is_before_decision
        ) as value_before_decision,
        max_by(value_currency, event_number) filter (
            where opportunity_value > 0 and is_before_decision
        ) as currency_before_decision,
        max_by(effect, event_number) filter (
            where effect in ('received', 'created', 'cancelled')
        ) as last_order_step,
        coalesce(bool_or(effect in ('fulfilled', 'accepted')), false) as is_fulfilled,
        sum(document_amount) filter (where effect = 'created') as ordered_amount,
        sum(document_amount) filter (where effect = 'fulfilled') as fulfilled_amount,
        bool_or(effect in ('created', 'fulfilled') and document_amount is null)
            as lacks_order_amount,
        bool_or(invoice_sign is not null) as is_invoiced,
        bool_or(payment_sign is not null) as has_payment,
        sum(document_amount * invoice_sign) as invoiced_amount,
        sum(document_amount * payment_sign) as paid_amount,
        bool_or(coalesce(invoice_sign, payment_sign) is not null and document_amount is null)
            as lacks_invoice_amount,
        coalesce(bool_or(effect = 'written_off'), false) as is_written_off
    from told
    group by case_key
)

select * from case_profiles
