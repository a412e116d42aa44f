{#- The first five distinct texts for which the condition holds, joined; null without any. They are
    in the order of the whole number `place`, else of the alphabet. 300 are held: a row of a deals
    sheet repeats its text per event. The number has 19 digits, so that the text is in its order. -#}
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
