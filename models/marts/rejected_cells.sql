with

stg_events as (
    select * from {{ ref('stg_events') }}
),

template_columns as (
    select * from {{ ref('template_columns') }}
),

bad_cells as (
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
        bad_cells.source_order,
        bad_cells.source_file,
        bad_cells.sheet,
        bad_cells.source_row,
        bad_cells.column_name as {{ quoted('column') }},
        {{ json_text('bad_cells.bad_cells', 'bad_cells.column_name') }} as value,
        template_columns.expected_en as expected,
        template_columns.expected_ja
    from bad_cells
    left join template_columns on bad_cells.column_name = template_columns.column_name
)

select * from rejected_cells
