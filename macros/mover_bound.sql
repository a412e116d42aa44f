{#- One bound of the 95 % interval of the difference of two figures (MOVER, Zou and Donner 2008; for
    rates Newcombe 1998): sign '-' takes the lower bound of the first and the upper bound of the
    second, '+' the others. Null if an interval is missing. -#}
{% macro mover_bound(value, bound, other_value, other_bound, sign) -%}
    {%- set gap = '(' ~ value ~ ' - ' ~ bound ~ ')' -%}
    {%- set other_gap = '(' ~ other_value ~ ' - ' ~ other_bound ~ ')' -%}
    {{ value }} - {{ other_value }}
    {{ sign }} sqrt({{ gap }} * {{ gap }} + {{ other_gap }} * {{ other_gap }})
{%- endmacro %}
