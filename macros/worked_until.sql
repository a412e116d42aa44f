{#- Working microseconds from the calendar's day 0 to a local time, by that day's row of
    calendar_days. -#}
{% macro worked_until(day, local_at) -%}
    ({{ day }}.worked_before_us + greatest(0, least(
        {{ microseconds_between("date_trunc('day', " ~ local_at ~ ")", local_at) }}, {{ day }}.closes_at_us
    ) - {{ day }}.opens_at_us))
{%- endmacro %}
