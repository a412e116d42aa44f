{#- One row per measure: of the rows of a table that are its whole, how many are its part, and the
    first few of these. `shares` gives the conditions (part, whole) by measure; one pass counts all. -#}
{% macro measured_shares(rows, example, shares) -%}
    with measured as (
        select
            {% for measure, (part, whole) in shares.items() %}
                count(*) filter (where {{ part }}) as {{ measure }}_part,
                count(*) filter (where {{ whole }}) as {{ measure }}_whole,
                {{ first_few(example, part) }} as {{ measure }}_examples,
            {% endfor %}
            count(*) as all_rows
        from {{ rows }}
    )
    {% for measure in shares %}
        select '{{ measure }}' as measure, {{ measure }}_part as part,
            {{ measure }}_whole as whole, {{ measure }}_examples as examples
        from measured {{ 'union all' if not loop.last }}
    {% endfor %}
{%- endmacro %}
