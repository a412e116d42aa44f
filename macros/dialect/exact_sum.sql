{#- A sum of whole numbers, wide enough not to overflow, the same in any order of its rows. -#}
{% macro exact_sum(value) -%}
    {% if target.type == 'spark' -%}
        cast(sum(cast({{ value }} as decimal(28, 0))) as decimal(38, 0))
    {%- else -%}
        cast(sum({{ value }}) as decimal(38, 0))
    {%- endif %}
{%- endmacro %}
