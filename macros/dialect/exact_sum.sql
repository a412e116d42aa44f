{#- A sum of whole numbers that cannot overflow and does not depend on the order of rows. -#}
{% macro exact_sum(value) -%}
    {% if target.type == 'spark' -%}
        cast(sum(cast({{ value }} as decimal(28, 0))) as decimal(38, 0))
    {%- else -%}
        cast(sum({{ value }}) as decimal(38, 0))
    {%- endif %}
{%- endmacro %}
