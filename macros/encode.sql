{#- A join that turns text into its key of attribute_values: the column `value_key` of `name`. -#}
{% macro encode(text, attribute, name) -%}
    left join attribute_values as {{ name }}
        on {{ text }} = {{ name }}.value and {{ name }}.attribute = '{{ attribute }}'
{%- endmacro %}
