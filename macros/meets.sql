{#- Whether a case meets a condition of seeds/kpis/kpis.csv; null if the condition is unknown. -#}
{% macro meets(condition) -%}
    case {{ condition }}
        when 'all' then true
        when 'won' then is_won
        when 'closed' then is_closed
        when 'paid' then is_paid
        when 'leads' then is_lead
        when 'converted' then is_converted
        when 'reworked' then is_reworked
        when 'mature' then is_mature
    end
{%- endmacro %}
