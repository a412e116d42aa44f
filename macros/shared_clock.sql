{#- One end of an interval on the calendar both ends share. A date-only end (it has a
    <name>_zone_key) keeps its date as written; a timed one is cut in `zone`, that of the date-only
    other end; between two timed ones it is the reporting zone's. -#}
{% macro shared_clock(end, other, zone) -%}
    case
        when {{ end }}_zone_key is null and {{ other }}_zone_key is not null
            then {{ local_time(end ~ '_at', zone) }}
        else {{ end }}_local_at
    end
{%- endmacro %}
