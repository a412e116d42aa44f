{#- One bound of the Wilson 95 % interval of a rate p of n (Wilson 1927); sign '-' is the lower, '+'
    the upper. The limits 0, 1 and p correct the rounding of the last digit. -#}
{% macro wilson_bound(p, n, sign) -%}
    {%- set z = 1.959963984540054 -%}
    {%- set end, side = ('least(1e0', 'greatest') if sign == '+' else ('greatest(0e0', 'least') -%}
    {%- set centre = p ~ ' + ' ~ z * z / 2 ~ 'e0 / ' ~ n -%}
    {%- set variance = p ~ ' * (1 - ' ~ p ~ ') / ' ~ n -%}
    {%- set n_squared = '(' ~ n ~ ' * ' ~ n ~ ')' -%}
    {%- set root = 'sqrt(' ~ variance ~ ' + ' ~ z * z / 4 ~ 'e0 / ' ~ n_squared ~ ')' -%}
    {%- set spread = ' ' ~ sign ~ ' ' ~ z ~ 'e0 * ' ~ root -%}
    {{ end }}, {{ side }}({{ p }}, ({{ centre ~ spread }}) / (1 + {{ z * z }}e0 / {{ n }})))
{%- endmacro %}
