{#- The non-null 32-bit number at the lowest or highest position: packed_by('max', 'region_key',
    'event_number'). One maximum of a packed number costs a fourth of max_by, and less memory. -#}
{% macro packed_by(function, key, position) -%}
    cast({{ unpack(function ~ '(' ~ pack(position, key) ~ ')') }} as integer)
{%- endmacro %}
