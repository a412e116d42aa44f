{#- One end of an interval on the clock by which a calendar counts: between two times the
    calendar's (no zone: the reporting zone's), else the clock the ends share, as shared_clock. -#}
{% macro calendar_time(end, other, zone, calendar_zone) -%}
    case
        when
            {{ calendar_zone }} is not null
            and {{ end }}_zone_key is null and {{ other }}_zone_key is null
            then {{ local_time(end ~ '_at', calendar_zone) }}
        else {{ shared_clock(end, other, zone) }}
    end
{%- endmacro %}
