select key
from {{ ref('template_columns') }}
where
    carried != (
        key in (
            {% for column in carried_columns() -%}
                '{{ column }}'{{ ',' if not loop.last }}
            {% endfor -%}
        )
    )
