{#- Business days between two moments on their shared clock, <name>_clock_at, by the rows of
    calendar_days of their dates; whole days where either is date-only. -#}
{% macro worked_days(first_day, started, last_day, ended) -%}
    (cast(greatest(0, case
        when {{ started }}_zone_key is not null or {{ ended }}_zone_key is not null
            then {{ last_day }}.worked_before_us - {{ first_day }}.worked_before_us
        else
            {{ worked_until(last_day, ended ~ '_clock_at') }}
            - {{ worked_until(first_day, started ~ '_clock_at') }}
    end) as double) / {{ first_day }}.normal_day_us)
{%- endmacro %}
