{#- A join that turns a key of attribute_values into text: the column `value` of `name`. -#}
{% macro decode(key, attribute, name) -%}
    left join attribute_values as {{ name }}
        on {{ key }} = {{ name }}.value_key and {{ name }}.attribute = '{{ attribute }}'
{%- endmacro %}
