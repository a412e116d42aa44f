{#- The month of a date or local time as text, such as 2026-03. -#}
{% macro month_of(local_at) -%}
    substr(cast({{ local_at }} as string), 1, 7)
{%- endmacro %}
