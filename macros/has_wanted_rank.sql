{#- Whether a class of durations contains a wanted rank; its columns are passes (its number of
    durations), passes_so_far (up to and including it) and all_passes. -#}
{% macro has_wanted_rank(p90=true) -%}
    {%- for rank in wanted_ranks('all_passes', p90).values() -%}
        coalesce({{ rank }} between passes_so_far - passes + 1 and passes_so_far, false)
        {{- ' or ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
