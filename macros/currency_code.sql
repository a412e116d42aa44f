{#- A currency as its code: upper case, without white space, full-width letters as half-width ones.
    -#}
{% macro currency_code(written) -%}
    nullif(translate(
        upper({{ written }}),
        'ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ 　 ​	',
        'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
    ), '')
{%- endmacro %}
