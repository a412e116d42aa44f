{#- The non-null 32-bit number at the lowest or highest position: packed_by('max', 'region_key',
    'event_number'). One maximum over both in one number costs a fourth of max_by, and less memory. -#}
{% macro packed_by(function, key, position) -%}
    cast(
        {{ function }}(cast({{ position }} as bigint) * 4294967296 + {{ key }}) % 4294967296 as integer
    )
{%- endmacro %}
