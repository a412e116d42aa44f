{#- Microseconds between two moments <name>_at, whole days of <name>_local_at where either is
    date-only. -#}
{% macro spent_us(started, ended) -%}
    case
        when {{ started }}_is_date_only or {{ ended }}_is_date_only
            then 86400000000 * greatest(0, {{ dates_between('cast(' ~ started ~ '_local_at as date)', 'cast(' ~ ended ~ '_local_at as date)') }})
        else {{ microseconds_between(started ~ '_at', ended ~ '_at') }}
    end
{%- endmacro %}
