with

stg_events as (
    select * from {{ ref('stg_events') }}
),

template_columns as (
    select * from {{ ref('template_columns') }}
),

named as (
    select
        source_order,
        source_file,
        sheet,
        source_row,
        bad_cells,
        {{ json_names('bad_cells') }} as column_name
    from stg_events
    where bad_cells is not null
),

rejected_cells as (
    select
        named.source_order,
        named.source_file,
        named.sheet,
        named.source_row,
        named.column_name as {{ quoted('column') }},
        {{ json_text('named.bad_cells', 'named.column_name') }} as value,
        template_columns.expected_en as expected,
        template_columns.expected_ja
    from named
    left join template_columns on named.column_name = template_columns.column_name
)

select * from rejected_cells
