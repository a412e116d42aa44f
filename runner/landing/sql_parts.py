"""SQL fragments shared by several statements of the import."""

from __future__ import annotations

import json
from collections.abc import Sequence

from runner import vocabulary
from runner.columns.layout import CellCondition
from runner.engines.warehouse import sql_literal, sql_literals

BLANKS = "chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(32) || chr(160) || chr(12288)"


def without(filled: str | None, texts: Sequence[str]) -> str | None:
    """Return the SQL of a text, null where it is one of `texts`."""
    if not filled or not texts:
        return filled
    return f"case when {filled} in ({sql_literals(texts)}) then null else {filled} end"


def holds(check: CellCondition) -> str:
    """Return the SQL of a condition of a mapping."""
    values = sql_literals(value.strip() for value in check.values)
    operator = "not in" if check.negated else "in"
    return f"coalesce(trim({check.cell}, {BLANKS}), '') {operator} ({values})"


def count_of_texts(cell: str, source: str, condition: str) -> str:
    """Return the query of the texts of a cell that meet a condition, each with its count."""
    return f"select {cell}, count(*) from {source} where {condition} group by 1 order by 1"


def is_footer(cells: Sequence[str]) -> str:
    """Return the condition that a record is a line of a report's footer: a total, a notice."""
    pattern = sql_literal(vocabulary.footer_lines())
    return f"regexp_matches(concat_ws(' ', {', '.join(cells)}), {pattern})"


def key(name: str) -> str:
    """Return a name as a JSON key."""
    return json.dumps(name, ensure_ascii=False) + ":"


def json_object(headers: dict[str, str], cells: Sequence[str], more: str = "") -> str:
    """Return the SQL of a JSON object of the filled cells by header, null if all are empty.

    `more` is the SQL of members that may follow.
    """
    if not cells:
        return "cast(null as varchar)"
    members = [
        f"{sql_literal(key(headers[cell]))} || cast(to_json({cell}) as varchar)" for cell in cells
    ]
    return braced(", ".join([*members, more] if more else members))


def braced(members: str) -> str:
    """Return the SQL of a JSON object from the members that are not null, null without any."""
    if not members:
        return "cast(null as varchar)"
    return f"'{{' || nullif(concat_ws(',', {members}), '') || '}}'"
