{#- The lower of two packed whole numbers. -#}
{% macro unpack(packed, bits=32) -%}
    {{ packed }} % {{ 2 ** bits }}
{%- endmacro %}
