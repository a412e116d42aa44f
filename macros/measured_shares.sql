{#- CTE measured_shares, one row per measure: of the rows of a table that are its whole, how many
    are its part, and the first few of these. `shares` gives the conditions (part, whole) by
    measure; the table is read once. -#}
{% macro measured_shares(rows, example, shares) -%}
counted as (
    select
    {% for measure, (part, whole) in shares.items() %}
            count(*) filter (where {{ part }}) as {{ measure }},
            count(*) filter (where {{ whole }}) as {{ measure }}_whole,
            {{ first_few(example, part) }} as {{ measure }}_examples{{ ',' if not loop.last }}
    {% endfor %}
    from {{ rows }}
),

measured_shares as (
    {% for measure in shares %}
        select
            '{{ measure }}' as measure,
            {{ measure }} as part,
            {{ measure }}_whole as whole,
            {{ measure }}_examples as examples
        from counted
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)
{%- endmacro %}
