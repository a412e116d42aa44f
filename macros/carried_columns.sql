{#- Text columns of the template that become attributes of a case
    (seeds/template/template_columns.csv, carried). -#}
{% macro carried_columns() -%}
    {{ return([
        'sales_representative', 'sales_team', 'region', 'loss_reason', 'product_category',
        'contract_type', 'payment_terms', 'lead_source', 'customer_name', 'customer_segment',
        'tax_basis', 'lead_number'
    ]) }}
{%- endmacro %}
