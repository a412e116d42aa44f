{#- The five lowest of the texts for which the condition holds, joined; null without any. -#}
{% macro first_few(text, condition) -%}
    {% if target.type == 'spark' -%}
        nullif(array_join(slice(sort_array(collect_list(case when {{ condition }} then {{ text }} end)), 1, 5), '; '), '')
    {%- else -%}
        array_to_string(min(case when {{ condition }} then {{ text }} end, 5), '; ')
    {%- endif %}
{%- endmacro %}
