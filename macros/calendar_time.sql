{#- Local time by which a calendar counts the moment <moment>_at of an interval: on the calendar's
    clock (no zone: the reporting zone's), as written where either end is date-only. -#}
{% macro calendar_time(moment, other, time_zone) -%}
    case
        when {{ time_zone }} is null or {{ moment }}_is_date_only or {{ other }}_is_date_only
            then {{ moment }}_local_at
        else {{ local_time(moment ~ '_at', time_zone) }}
    end
{%- endmacro %}
