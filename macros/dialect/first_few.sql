{#- The first five distinct texts that meet the condition, joined; null if there are none. They are
    ordered by the whole number `place`, else by text. DuckDB keeps 300 texts: a row of a deals
    sheet repeats its text per event. The number has 19 digits, so that its text has the same order.
    -#}
{% macro first_few(text, condition, place=none) -%}
    {% if place -%}
        {% set text = "cast(1000000000000000000 + " ~ place ~ " as string) || '|' || " ~ text -%}
    {% endif -%}
    {% if target.type == 'spark' -%}
        nullif({{ 'regexp_replace(' if place }}array_join(
            slice(array_distinct(sort_array(collect_list(case when {{ condition }} then {{ text }} end))), 1, 5), '; ')
        {{- ", '(^|; )[0-9]{19}[|]', '$1')" if place }}, '')
    {%- else -%}
        {{ 'regexp_replace(' if place }}array_to_string(
            list_sort(list_distinct(min(case when {{ condition }} then {{ text }} end, 300)))[1:5], '; ')
        {{- ", '(^|; )[0-9]{19}[|]', '\\1', 'g')" if place }}
    {%- endif %}
{%- endmacro %}
