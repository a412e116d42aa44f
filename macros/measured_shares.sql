{#- One row per measure: of the rows of a table that are its whole, how many are its part, and the
    first few of these. `shares` gives the conditions (part, whole) by measure. -#}
{% macro measured_shares(rows, example, shares) -%}
    {% for measure, (part, whole) in shares.items() -%}
        select
            '{{ measure }}' as measure,
            count(*) filter (where {{ part }}) as part,
            count(*) filter (where {{ whole }}) as whole,
            {{ first_few(example, part) }} as examples
        from {{ rows }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
{%- endmacro %}
