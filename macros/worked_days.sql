{#- Business days from <started> to <ended>, by the rows of calendar_days of the dates of their
    calendar_time, <name>_worked_at; whole days where either is date-only. -#}
{% macro worked_days(first_day, started, last_day, ended) -%}
    (cast(greatest(0, case
        when {{ started }}_is_date_only or {{ ended }}_is_date_only
            then {{ last_day }}.worked_before_us - {{ first_day }}.worked_before_us
        else
            {{ worked_until(last_day, ended ~ '_worked_at') }}
            - {{ worked_until(first_day, started ~ '_worked_at') }}
    end) as double) / {{ first_day }}.normal_day_us)
{%- endmacro %}
