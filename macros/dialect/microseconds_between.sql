{#- Whole microseconds from one timestamp to another; negative when the second is earlier. -#}
{% macro microseconds_between(started_at, ended_at) -%}
    {% if target.type == 'spark' -%}
        timestampdiff(microsecond, {{ started_at }}, {{ ended_at }})
    {%- else -%}
        (epoch_us({{ ended_at }}) - epoch_us({{ started_at }}))
    {%- endif %}
{%- endmacro %}
