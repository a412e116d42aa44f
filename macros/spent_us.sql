{#- Microseconds between two moments <name>_at, whole days of <name>_local_at where either is
    date-only. -#}
{% macro spent_us(started, ended) -%}
    case
        when {{ started }}_is_date_only or {{ ended }}_is_date_only
            then greatest(0, {{ microseconds_between(
                "date_trunc('day', " ~ started ~ '_local_at)', "date_trunc('day', " ~ ended ~ '_local_at)'
            ) }})
        else {{ microseconds_between(started ~ '_at', ended ~ '_at') }}
    end
{%- endmacro %}
