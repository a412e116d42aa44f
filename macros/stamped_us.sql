{#- Microseconds between two events, <name>_at. Two dates of one zone are compared on its wall
    clock, <name>_local_at: a clock change between them makes no day longer or shorter. -#}
{% macro stamped_us(started, ended) -%}
    case
        when {{ started }}_zone_key = {{ ended }}_zone_key
            then greatest(0, {{ microseconds_between(started ~ '_local_at', ended ~ '_local_at') }})
        else {{ microseconds_between(started ~ '_at', ended ~ '_at') }}
    end
{%- endmacro %}
