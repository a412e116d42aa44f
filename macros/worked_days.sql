{#- Business days between two moments on one clock, <name>_clock_at, by the rows of calendar_days of
    their dates, <name>_day; whole days if either is date-only. -#}
{% macro worked_days(started, ended) -%}
    (cast(greatest(0, case
        when {{ started }}_zone_key is not null or {{ ended }}_zone_key is not null
            then {{ ended }}_day.worked_before_us - {{ started }}_day.worked_before_us
        else
            {{ worked_until(ended ~ '_day', ended ~ '_clock_at') }}
            - {{ worked_until(started ~ '_day', started ~ '_clock_at') }}
    end) as double) / {{ started }}_day.normal_day_us)
{%- endmacro %}
