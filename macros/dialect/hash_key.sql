{#- A positive 63-bit whole number for any value. Internal: engines and versions may differ, so
    it is never published. -#}
{% macro hash_key(value) -%}
    cast(hash({{ value }}) >> 1 as bigint)
{%- endmacro %}
