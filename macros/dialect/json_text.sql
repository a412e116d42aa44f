{#- The text a JSON object of texts holds under a name, whatever characters the name has. -#}
{% macro json_text(object, name) -%}
    {% if target.type == 'spark' -%}
        try_element_at(from_json({{ object }}, 'map<string, string>'), {{ name }})
    {%- else -%}
        cast(cast({{ object }} as json) as map(varchar, varchar))[{{ name }}]
    {%- endif %}
{%- endmacro %}
