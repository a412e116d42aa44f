{#- The wall clock of a zone at a UTC timestamp. -#}
{% macro local_time(utc_at, zone) -%}
    {% if target.type == 'spark' -%}
        convert_timezone('UTC', {{ zone }}, {{ utc_at }})
    {%- else -%}
        timezone({{ zone }}, timezone('UTC', {{ utc_at }}))
    {%- endif %}
{%- endmacro %}
