"""Functions of more than 30 lines are listed as warnings, unless they are named here with a reason.

A long function is not an error: split it where that reads better.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST_LINES = 30
STATEMENT = "one SQL statement, read as a whole"
TEXTS = "one list of texts, each with its reason to be shown"
EXEMPT = {
    "runner/checks/batches.py:_landed_columns": STATEMENT,
    "runner/checks/data_docs.py:write": "all values of the template of the page",
    "runner/checks/expectations.py:_check": "one record, field after field",
    "runner/checks/headline.py:headline": TEXTS,
    "runner/checks/rejected.py:tables": "two tables, one column after another",
    "runner/cli_options.py:import_options": "a list of options, one after another",
    "runner/columns/draft_file.py:_lines": "writes the file from top to bottom, in its order",
    "runner/engines/dbt.py:build": "the one call of dbt with all its arguments",
    "runner/inspection/odd_values.py:_range_of_times": STATEMENT,
    "runner/inspection/rejections.py:_rejected": "one diagnostic, field after field",
    "runner/inspection/workbook.py:_head": TEXTS,
    "runner/landing/event_sql.py:numbered_view": STATEMENT,
    "runner/landing/import_report.py:report": TEXTS,
    "runner/landing/record_sql.py:_marked_view": STATEMENT,
    "runner/landing/row_sql.py:query": STATEMENT,
    "runner/publish/export_tables.py:_cases": "one column after another",
    "runner/seeds.py:_check_header": TEXTS,
    "runner/template/workbook.py:_columns": "writes a sheet from left to right",
    "runner/template/workbook.py:_lists": "one list after another",
    "runner/template/workbook.py:_steps": TEXTS,
    "runner/values/date_orders.py:evidence": TEXTS,
}


class LongFunction(UserWarning):
    """A warning for a long function."""


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Return each function with its lines, without docstring, comments and blank ones."""
    source = path.read_text("utf-8")
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        docstring: set[int] = set()
        if ast.get_docstring(node) is not None:
            docstring = set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
        own = [
            lines[number - 1].strip()
            for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
            if number not in docstring
        ]
        yield node.name, sum(bool(line) and not line.startswith("#") for line in own)


def long_functions() -> dict[str, int]:
    """Return the long functions of the runner: lines by file and name."""
    return {
        f"{path.relative_to(ROOT)}:{name}": count
        for path in sorted((ROOT / "runner").rglob("*.py"))
        for name, count in functions(path)
        if count > MOST_LINES
    }


def test_long_functions_are_listed() -> None:
    for name, count in long_functions().items():
        if name not in EXEMPT:
            warnings.warn(f"{name} has {count} lines", LongFunction, stacklevel=1)


def test_exemptions_are_of_long_functions_and_have_reasons() -> None:
    assert set(EXEMPT) - set(long_functions()) == set()
    assert all(EXEMPT.values())
