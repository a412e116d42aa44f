"""The records of one table: the first pass over them, and the views `filled` and `cells`."""

from __future__ import annotations

from runner.engines.warehouse import sql_literal, sql_literals
from runner.landing.cells import Cells
from runner.landing.sql_parts import BLANKS, count_of_texts, is_footer, without
from runner.sources import delimited
from runner.values import no_values

# Characters around a header that are ignored when headers are compared.
SIGNS = "\t\n\v\f\r \xa0\u3000\u200b\ufeff"


def first_pass(cells: Cells) -> str:
    """Return the query of one pass over the records, whose result `take` needs."""
    layout = cells.layout
    found = [
        f"bool_or({cell} < '!') or bool_or(starts_with({cell}, chr(160)))"
        f" or bool_or(starts_with({cell}, chr(12288)))"
        for cell in layout.headers
    ]
    found += [f"bool_or(trim({cell}, {BLANKS}) != '')" for cell in cells.nameless()]
    place = next((cell for cell in cells.of_events() if layout.titles.get(cell)), None)
    found.append(f"bool_or({place} = {sql_literal(layout.titles[place])})" if place else "false")
    empty = " and ".join(f"({cell} is null or {cell} < '!')" for cell in cells.of_events())
    footer = is_footer(list(layout.headers))
    found.append(f"bool_or(case when {empty} then {footer} end)" if empty else "false")
    return f"select {', '.join(f'coalesce({one}, false)' for one in found)} from raw"


def take(cells: Cells, seen: tuple[bool, ...], is_marked: bool) -> None:
    """Record the result of the first pass; drop columns without header and content."""
    flags, nameless = iter(seen), cells.nameless()
    cells.padded = {cell for cell in cells.layout.headers if next(flags)}
    cells.empty = {cell for cell in nameless if not next(flags)}
    cells.layout = cells.layout.without(cells.empty)
    cells.is_marked = is_marked
    cells.has_marks = any([*flags, is_marked])


def filled_view(cells: Cells) -> str:
    """Return the view `filled` of the records, blank cells as null.

    For a record rejected as a whole, `row_fault` has the reason, and only `kept` has the cells.
    """
    columns = [
        f"case when trim({cell}, {BLANKS}) != '' then {cell} end as {cell}"
        if cell in cells.padded
        else cell
        for cell in cells.layout.headers
    ]
    if cells.is_narrow:
        columns += ["nullif(others, '') as others", "nullif(whole, '') as whole"]
    # A day and its clock from two columns are one text.
    pairs = {
        name: f"day_and_clock({day}, {without(f'trim({clock})', no_values.variants())})"
        for name, (day, clock) in cells.layout.pairs.items()
    }
    row = f"record + {cells.header_row + 1} as source_row"
    if cells.has_marks:
        return _marked_view(cells, row, columns, pairs)
    columns += [f"{pair} as {name}" for name, pair in pairs.items()]
    return f"create view filled as select record, {row}, {', '.join(columns)} from raw"


def _marked_view(cells: Cells, row: str, columns: list[str], pairs: dict[str, str]) -> str:
    """Return the view `filled` for tables in which records may be rejected as a whole."""
    layout = cells.layout
    given = "nullif(row_fault, '')" if cells.is_marked else "cast(null as varchar)"
    beyond = "nullif(beyond, '')" if cells.is_marked else "null"
    titles = {cell: title.strip(SIGNS) for cell, title in layout.titles.items()}
    repeated = " and ".join(
        f"coalesce(trim({cell}, {sql_literal(SIGNS)}), '') = {sql_literal(titles[cell])}"
        for cell in layout.headers
        if titles.get(cell)
    )
    empty = " and ".join(f"{cell} is null" for cell in cells.of_events()) or "false"
    texts = {**{cell: cell for cell in layout.headers}, **pairs}
    if cells.is_narrow:
        texts["others"] = "others"
    kept = [
        f"case when row_fault is null then {cell} end as {name}" for name, cell in texts.items()
    ]
    if cells.is_narrow:
        kept.append("whole")
    return f"""
        create view filled as
        with texts as (
            select record, {given} as given, {beyond} as beyond, {", ".join(columns)} from raw
        ),
        with_faults as (
            select *, case
                when {repeated or "false"} then '{delimited.HEADER}'
                when {empty} and {is_footer(list(layout.headers))} then '{delimited.FOOTER_LINE}'
                else given
            end as row_fault
            from texts
        )
        select record, {row}, row_fault,
            case when row_fault is not null then {cells.record("beyond")} end as kept,
            {", ".join(kept)}
        from with_faults
    """


def no_value_texts(cells: Cells, cell: str) -> str:
    """Return the query of the texts of a cell that may mean no value, with their counts.

    Statistics and filters of the Parquet file mostly answer it without reading the cells.
    """
    source = "raw" if cell in cells.layout.headers else cell.partition("_")[0]
    seen = f"trim({cell}, {BLANKS})" if cell in cells.padded else cell
    return count_of_texts(cell, source, f"{seen} in ({sql_literals(no_values.variants())})")


def cells_view(cells: Cells) -> str:
    """Return the view `cells` of the records, joined with the cells of joined files."""
    return f"create view cells as {joined(cells, 'filled')}"


def joined(cells: Cells, rows: str) -> str:
    """Return the query of rows, joined with the cells of joined files."""
    beside, joins = [], []
    for number, join in enumerate(cells.layout.joins):
        beside += [f"j{number}_{place}" for place in range(len(join.headers))]
        keys = " and ".join(
            f"trim({cell}, {BLANKS}) = j{number}.key_{place}"
            for place, cell in enumerate(join.keys)
        )
        joins.append(f"left join j{number} on {keys}")
    columns = ", ".join([f"{rows}.*", *beside])
    return f"select {columns} from {rows} {' '.join(joins)}"


def counts(cells: Cells) -> str:
    """Return the query of the number of records, and of those that are not blank."""
    return f"select count(*), count({cells.any_filled()}) from filled"
