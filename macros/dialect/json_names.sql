{#- The names of a JSON object, one row each. -#}
{% macro json_names(object) -%}
    {% if target.type == 'spark' -%}
        explode(json_object_keys({{ object }}))
    {%- else -%}
        unnest(json_keys({{ object }}))
    {%- endif %}
{%- endmacro %}
