{#- The text under a name of a JSON object of texts; the name can contain any character. -#}
{% macro json_text(object, name) -%}
    {% if target.type == 'spark' -%}
        try_element_at(from_json({{ object }}, 'map<string, string>'), {{ name }})
    {%- else -%}
        cast(cast({{ object }} as json) as map(varchar, varchar))[{{ name }}]
    {%- endif %}
{%- endmacro %}
