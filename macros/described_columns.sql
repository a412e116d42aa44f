{#- Numbers and dates of the template that describe a case; the last of each counts. -#}
{% macro described_columns() -%}
    {{ return([
        'discount_rate', 'list_amount', 'cost_amount', 'expected_close_date', 'promised_date',
        'due_date', 'quote_valid_until'
    ]) }}
{%- endmacro %}
