{#- The text a JSON object of texts holds under a name, whatever characters the name has. -#}
{% macro json_text(object, name) -%}
    cast(cast({{ object }} as json) as map(varchar, varchar))[{{ name }}]
{%- endmacro %}
