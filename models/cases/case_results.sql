-- Value and loss reason that match the outcome. The loss reason is that of the deciding loss: one
-- given before the last reopening belongs to an earlier loss. The value of a lost deal is the last
-- one above 0 up to the decision. If the last value is a 0 written during a loss that was later
-- reopened, the last value above 0 counts, if any. In all other cases 0 is a value.

with

case_facts as (
    select * from {{ ref('case_facts') }}
),

case_amounts as (
    select * from {{ ref('case_amounts') }}
),

case_attribute_values as (
    select * from {{ ref('case_attribute_values') }}
),

reopenings as (
    select * from {{ ref('reopenings') }}
),

-- `is_undone`: the last value is the 0 of a loss that was later reopened.
cases_with_losses as (
    select
        case_amounts.*,
        case_attribute_values.loss_reason_key,
        case_facts.outcome in ('lost', 'no_sale') as is_lost,
        case_attribute_values.loss_reason_number > coalesce(case_facts.reopened_number, 0)
            as has_current_reason,
        coalesce(case_amounts.last_value = 0 and reopenings.closed_outcome != 'won', false)
            as is_undone
    from case_amounts
    inner join case_facts on case_amounts.case_key = case_facts.case_key
    inner join case_attribute_values on case_amounts.case_key = case_attribute_values.case_key
    left join reopenings
        on
            case_amounts.case_key = reopenings.case_key
            and case_amounts.last_value_number >= reopenings.closed_number
            and case_amounts.last_value_number < reopenings.opened_number
),

case_results as (
    select
        case_key,
        first_value as value_first,
        case
            when is_lost then value_before_decision
            when is_undone then coalesce(value_before_decision, last_value)
            else last_value
        end as value,
        case
            when is_lost then currency_before_decision
            when is_undone then coalesce(currency_before_decision, last_currency)
            else last_currency
        end as currency,
        case when is_lost and has_current_reason then loss_reason_key end as loss_reason_key
    from cases_with_losses
)

select * from case_results
