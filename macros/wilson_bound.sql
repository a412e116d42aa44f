{#- One bound of the Wilson 95 % interval of a rate p of n (Wilson 1927); sign '-' is the lower,
    '+' the upper. -#}
{% macro wilson_bound(p, n, sign) -%}
    (({{ p }} + 1.9208e0 / {{ n }} {{ sign }} 1.96e0 * sqrt({{ p }} * (1 - {{ p }}) / {{ n }} + 0.9604e0 / ({{ n }} * {{ n }})))
    / (1 + 3.8416e0 / {{ n }}))
{%- endmacro %}
