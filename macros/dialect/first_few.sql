{#- The five lowest of the texts for which the condition holds, joined; null without any. -#}
{% macro first_few(text, condition) -%}
    array_to_string(min(case when {{ condition }} then {{ text }} end, 5), '; ')
{%- endmacro %}
