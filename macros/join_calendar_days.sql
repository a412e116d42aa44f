{#- The rows of calendar_days of both ends of an interval, as <name>_day. -#}
{% macro join_calendar_days(rows, started, ended) -%}
    {% for end in [started, ended] -%}
    left join calendar_days as {{ end }}_day
        on
            {{ rows }}.calendar = {{ end }}_day.calendar
            and cast({{ rows }}.{{ end }}_clock_at as date) = {{ end }}_day.local_date
    {% endfor -%}
{%- endmacro %}
