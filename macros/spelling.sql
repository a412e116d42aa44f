{#- What counts when two labels are compared: no case, no blanks, no punctuation, ASCII width. -#}
{% macro spelling(label) -%}
    translate(
        lower({{ label }}),
        '０１２３４５６７８９ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ 　.,_-‐–—ー・/（）()',
        '0123456789abcdefghijklmnopqrstuvwxyz'
    )
{%- endmacro %}
