{#- The names of a JSON object, one row each. -#}
{% macro json_names(object) -%}
    unnest(json_keys({{ object }}))
{%- endmacro %}
