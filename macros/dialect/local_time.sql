{#- The wall clock of a zone at a UTC timestamp. -#}
{% macro local_time(utc_at, zone) -%}
    timezone({{ zone }}, timezone('UTC', {{ utc_at }}))
{%- endmacro %}
