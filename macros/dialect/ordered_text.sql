{#- The texts of a group joined in order. -#}
{% macro ordered_text(text, separator, position) -%}
    {% if target.type == 'spark' -%}
        listagg({{ text }}, '{{ separator }}') within group (order by {{ position }})
    {%- else -%}
        string_agg({{ text }}, '{{ separator }}' order by {{ position }})
    {%- endif %}
{%- endmacro %}
