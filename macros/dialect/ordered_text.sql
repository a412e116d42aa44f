{#- The texts of a group joined in order. -#}
{% macro ordered_text(text, separator, position) -%}
    string_agg({{ text }}, '{{ separator }}' order by {{ position }})
{%- endmacro %}
