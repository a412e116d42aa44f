{#- Both ends of an interval, <name>_at, on one clock, as <name>_clock_at. A date-only end (with a
    <name>_zone_key) keeps its date as written; a timed end beside it is in the same `zone`. Two
    timed ends are on the clock of the calendar, if it has one, else of the reporting zone. -#}
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
