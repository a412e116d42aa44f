{#- Whole days from one date to another; negative when the second is earlier. -#}
{% macro dates_between(started_on, ended_on) -%}
    {% if target.type == 'spark' -%}
        datediff(day, {{ started_on }}, {{ ended_on }})
    {%- else -%}
        date_diff('day', {{ started_on }}, {{ ended_on }})
    {%- endif %}
{%- endmacro %}
