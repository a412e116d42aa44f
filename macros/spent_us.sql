{#- Microseconds between two moments <name>_at; whole days of one clock, <name>_clock_at, if either
    is date-only. Negative if the second is earlier. -#}
{% macro spent_us(started, ended) -%}
    case
        when {{ started }}_zone_key is not null or {{ ended }}_zone_key is not null
            then {{ microseconds_between(
                "date_trunc('day', " ~ started ~ '_clock_at)', "date_trunc('day', " ~ ended ~ '_clock_at)'
            ) }}
        else {{ microseconds_between(started ~ '_at', ended ~ '_at') }}
    end
{%- endmacro %}
