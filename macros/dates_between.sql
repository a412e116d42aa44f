{#- Whole days from one date to another; negative when the second is earlier. -#}
{% macro dates_between(started_on, ended_on) -%}
    cast({{ microseconds_between(
        'cast(' ~ started_on ~ ' as timestamp)', 'cast(' ~ ended_on ~ ' as timestamp)'
    ) }} / 86400000000 as bigint)
{%- endmacro %}
