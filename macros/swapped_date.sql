{#- The date with day and month exchanged; null if that is no other date. -#}
{% macro swapped_date(date) -%}
    case
        when day({{ date }}) <= 12 and day({{ date }}) != month({{ date }})
            then make_date(year({{ date }}), day({{ date }}), month({{ date }}))
    end
{%- endmacro %}
