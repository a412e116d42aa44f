{#- A positive 63-bit whole number for any value. Internal: engines and versions may differ, so
    it is never published. -#}
{% macro hash_key(value) -%}
    {% if target.type == 'spark' -%}
        shiftrightunsigned(xxhash64({{ value }}), 1)
    {%- else -%}
        cast(hash({{ value }}) >> 1 as bigint)
    {%- endif %}
{%- endmacro %}
