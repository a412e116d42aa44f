"""SQL for reading optional cells: amounts, rates, dates, flags, and the currency of a row."""

from __future__ import annotations

from runner import vocabulary
from runner.engines.warehouse import sql_literal
from runner.landing.cells import Cells
from runner.landing.contract import KINDS

# Texts that SQL casts itself, by kind and decimal separator.
_GROUPS = r"-?(\d{{1,14}}|\d{{1,3}}({group}\d{{3}}){{1,3}})({point}\d{{1,4}})?"
PATTERNS = {
    "amount": {
        ".": _GROUPS.format(group=",", point=r"\."),
        ",": _GROUPS.format(group=r"\.", point=","),
    },
    "rate": {".": r"0(\.\d{1,6})?", ",": r"0(,\d{1,6})?"},
    "flag": {".": "(?i)true|false", ",": "(?i)true|false"},
}


def activity_texts(cells: Cells) -> str:
    """Return the query of the distinct names of activities."""
    if cells.layout.events:
        names = ", ".join(f"({sql_literal(event.activity)})" for event in cells.layout.events)
        return f"select distinct value from (values {names}) as named (value)"
    name = cells.filled("ActivityName")
    return f"select distinct {name} as value from cells where {name} is not null order by 1"


def other_texts(cells: Cells, column: vocabulary.Column) -> str:
    """Return the query of the distinct texts of an optional column that SQL does not cast."""
    return " union ".join(
        f"select distinct {filled} as value from cells where {filled} is not null"
        f" and {_cast(cells, column, filled)} is null"
        for filled in cells.texts(column.name)
    )


def read_value(
    cells: Cells, column: vocabulary.Column, filled: str, currency: str | None, read: set[str]
) -> str:
    """Return the SQL of the value of an optional cell, null in a wrong currency."""
    result = _cast(cells, column, filled)
    alias = f"read_{column.key}"
    if column.name in read:
        result = f"coalesce({result}, {alias}.result)"
    if column.name in cells.found.currencies:
        fits = f"{alias}.codes is null or contains({alias}.codes, {currency})"
        result = f"case when {fits} then {result} end"
    return result


def currency_of_row(cells: Cells, joins: list[str]) -> str | None:
    """Return the SQL of a row's currency if cells name it; add the join it needs.

    The cell of the column itself wins, then the amounts in the order of the template.
    """
    columns = vocabulary.column_by_name()
    named = [f"read_{columns[name].key}.code" for name in cells.found.currencies]
    own = cells.value("Currency")
    if own and cells.found.has_currency_names:
        joins.append(f"left join read_currency on read_currency.value = {own}")
        own = f"coalesce(read_currency.code, {own})"
    elif not named:
        return None
    return f"coalesce({', '.join([*([own] if own else []), *named, 'null'])})"


def _cast(cells: Cells, column: vocabulary.Column, value: str) -> str:
    """Return the SQL that casts a text; null where Python must read it."""
    kind = KINDS[column.value_type]
    patterns = PATTERNS.get(column.value_type)
    if patterns is None:
        return f"cast(null as {kind})"
    decimal = cells.reading.decimal
    plain = f"replace({value}, {sql_literal('.' if decimal == ',' else ',')}, '')"
    if decimal != ".":
        plain = f"replace({plain}, {sql_literal(decimal)}, '.')"
    number = f"try_cast({plain} as {kind})"
    if unit := cells.reading.units.get(column.name):
        number = f"try_cast({number} * {unit} as {kind})"
    return (
        f"case when regexp_full_match({value}, {sql_literal(patterns[decimal])}) then {number} end"
    )
