{#- One bound of the Wilson 95 % interval of a rate p of n (Wilson 1927); sign '-' is the lower,
    '+' the upper. Rounding would leave it a last digit outside 0 and 1, or inside p. -#}
{% macro wilson_bound(p, n, sign) -%}
    {%- set z = 1.959963984540054 -%}
    {{ 'least(1e0, greatest(' if sign == '+' else 'greatest(0e0, least(' }}{{ p }}, (
        {{ p }} + {{ z * z / 2 }}e0 / {{ n }}
        {{ sign }} {{ z }}e0 * sqrt({{ p }} * (1 - {{ p }}) / {{ n }} + {{ z * z / 4 }}e0 / ({{ n }} * {{ n }}))
    ) / (1 + {{ z * z }}e0 / {{ n }})))
{%- endmacro %}
