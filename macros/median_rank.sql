{#- Rank of one bound of the 95 % interval of a median among n ordered values (Conover 1999, 3.2);
    side '-' is the lower, '+' the upper. Null for fewer than six values: not even the smallest and
    the largest are far enough apart. -#}
{% macro median_rank(n, side) -%}
    {%- set half_z = '0.979981992270027e0' -%}
    {%- set end = 'ceil' if side == '+' else 'floor' -%}
    case when {{ n }} >= 6 then
        cast({{ end }}(({{ n }} + 1) / 2e0 {{ side }} {{ half_z }} * sqrt({{ n }})) as bigint)
    end
{%- endmacro %}
