{#- The class of a duration: an eighth of a power of e. -#}
{% macro time_class(microseconds) -%}
    cast(floor(8 * ln(1 + {{ microseconds }})) as bigint)
{%- endmacro %}
