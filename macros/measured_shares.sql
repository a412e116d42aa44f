{#- One row per measure: the number of rows that meet the condition of its part and of its whole,
    and the first few of its part. `shares` maps a measure to (part, whole); one pass counts all.
    -#}
{% macro measured_shares(rows, example, shares, place=none) -%}
    with share_counts as (select
        {% for part, whole in shares.values() %}
            count(*) filter (where {{ part }}) as part_{{ loop.index }},
            count(*) filter (where {{ whole }}) as whole_{{ loop.index }},
            {{ first_few(example, part, place) }} as few_{{ loop.index }},
        {% endfor %}
        count(*) as all_rows
    from {{ rows }})
    {% for measure in shares %}{% set n = loop.index %}
        select '{{ measure }}' as measure, part_{{ n }} as part,
            whole_{{ n }} as whole, few_{{ n }} as examples
        from share_counts {{ 'union all' if not loop.last }}
    {% endfor %}
{%- endmacro %}
