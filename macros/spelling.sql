{#- What counts when two labels are compared: no case, white space and punctuation, one width, no
    voiced marks of katakana (signs of their own in half width). -#}
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
