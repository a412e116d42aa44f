{#- Working microseconds from day 0 of the calendar to a local time, by the row of calendar_days of
    that day. -#}
{% macro worked_until(day, local_at) -%}
    ({{ day }}.worked_before_us + greatest(0, least(
        {{ microseconds_between("date_trunc('day', " ~ local_at ~ ")", local_at) }}, {{ day }}.closes_at_us
    ) - {{ day }}.opens_at_us))
{%- endmacro %}
