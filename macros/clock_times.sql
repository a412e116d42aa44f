{#- Both ends of an interval, <name>_at, on one clock, as <name>_clock_at. A date-only end (it has
    a <name>_zone_key) keeps its date as written; a timed one beside it is in the same `zone`.
    Between two timed ends it is the calendar's clock, where it has one, else the reporting zone's. -#}
{% macro clock_times(started, ended, zone, calendar_zone='cast(null as string)') -%}
    {% for end, other in [(started, ended), (ended, started)] -%}
    case
        when {{ end }}_zone_key is null and {{ other }}_zone_key is not null
            then {{ local_time(end ~ '_at', zone) }}
        when {{ end }}_zone_key is null and {{ calendar_zone }} is not null
            then {{ local_time(end ~ '_at', calendar_zone) }}
        else {{ end }}_local_at
    end as {{ end }}_clock_at{{ ',' if not loop.last }}
    {% endfor -%}
{%- endmacro %}
