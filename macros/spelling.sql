{#- A label in comparable form: without case, white space, punctuation, width, and voiced marks of
    katakana (separate characters in half width). -#}
{% macro spelling(label) -%}
    translate(
        translate(
            lower({{ label }}),
            'ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｧｨｩｪｫｬｭｮｯヴガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポﾞﾟ',
            'アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンァィゥェォャュョッウカキクケコサシスセソタチツテトハヒフヘホハヒフヘホ'
        ),
        '０１２３４５６７８９ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ 　 ​­‌‍‎‏⁠﻿	.,_-‐–—ー・/（）()－ｰ･／．，＿',
        '0123456789abcdefghijklmnopqrstuvwxyz'
    )
{%- endmacro %}
