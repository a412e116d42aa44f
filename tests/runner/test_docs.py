"""The pages of docs/ that show commands: the output shown is the real output.

`L2C_WRITE_DOCS=1` writes the real output into the pages instead of comparing.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.worksheet.worksheet import Worksheet

from runner import messages
from runner.cli import cli
from runner.engines.warehouse import Warehouse
from runner.project import PROJECT

TRANSCRIPTS = ("first-hour.md", "bad-dates.md")
PAGES = sorted(
    [
        *(PROJECT / "docs" / "examples").glob("*.md"),
        *(PROJECT / "docs" / name for name in TRANSCRIPTS),
    ]
)
BLOCK = re.compile(
    r"```console\n(?P<console>.*?)```"
    r"|```sql\n(?P<sql>.*?)```\n\n```text\n.*?```"
    r"|<!-- (?P<verb>fill|correct) (?P<file>\S+) (?P<sheet>\S+) -->\n\n(?P<table>(?:\|[^\n]*\n)+)",
    re.DOTALL,
)
TYPED_TIME = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?: (\d{1,2}):(\d{2}))?")


class Terminal:
    """Runs the commands of a page in a folder of its own."""

    def __init__(self) -> None:
        self.exit_code = 0

    def run(self, command: str) -> str:
        program, *arguments = shlex.split(command)
        if command == "echo $?":
            return f"{self.exit_code}\n"
        assert program == "l2c", command
        messages.use("en")
        result = CliRunner(env={"L2C_DATA_DIR": "data", "LC_ALL": "C"}).invoke(cli, arguments)
        assert result.exit_code in (0, 1), result.output
        self.exit_code = result.exit_code
        return result.output

    def console(self, block: str) -> str:
        """Return a console block with the current output of its commands."""
        commands = re.findall(r"^\$ (.+)$", block, re.MULTILINE)
        return "".join(f"$ {command}\n{self.run(command)}" for command in commands)


def answer(sql: str) -> str:
    """Return the result of a query on the published file, one row per line."""
    with Warehouse(Path("data/publish/lead_to_cash.duckdb")) as warehouse:
        rows = warehouse.rows(sql)
    return "".join("\t".join(map(str, row)) + "\n" for row in rows)


def typed(text: str) -> Any:
    """Return a text typed into a cell as Excel would convert it, such as to a date."""
    match = TYPED_TIME.fullmatch(text)
    try:
        return datetime(*(int(part or 0) for part in match.groups())) if match else text or None
    except ValueError:
        return text


def cells(table: str) -> Iterator[list[str]]:
    for number, line in enumerate(table.splitlines()):
        if number != 1:
            yield [cell.strip() for cell in line.strip("|").split("|")]


def fill(sheet: Worksheet, table: str) -> None:
    """Type rows below the existing ones."""
    header, *rows = cells(table)
    places = {cell.value: cell.column for cell in sheet[1]}
    first = 1 + max(cell.row for cell in sheet["A"] if cell.value)
    for row, values in enumerate(rows, start=first):
        for name, value in zip(header, values, strict=True):
            amount = value.replace(",", "")
            is_amount = amount.isdecimal() and "番号" not in name
            sheet.cell(row, places[name], int(amount) if is_amount else typed(value))


def correct(sheet: Worksheet, table: str) -> None:
    """Type into the cells named."""
    for place, value in list(cells(table))[1:]:
        sheet[place] = typed(value)


def now(page: str) -> str:
    """Return the expected page: its commands run, its tables typed."""
    terminal = Terminal()

    def replaced(match: re.Match[str]) -> str:
        if match["console"] is not None:
            return f"```console\n{terminal.console(match['console'])}```"
        if match["sql"] is not None:
            return f"```sql\n{match['sql']}```\n\n```text\n{answer(match['sql'])}```"
        book = openpyxl.load_workbook(match["file"])
        {"fill": fill, "correct": correct}[match["verb"]](book[match["sheet"]], match["table"])
        book.save(match["file"])
        return match[0]

    return BLOCK.sub(replaced, page)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_page_shows_what_comes_out(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(PROJECT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    shown = page.read_text(encoding="utf-8")
    found = now(shown)
    if os.environ.get("L2C_WRITE_DOCS") == "1":
        page.write_text(found, encoding="utf-8")
    else:
        assert shown == found
    assert "$ l2c" in shown


def test_every_mapping_of_the_examples_is_on_a_page() -> None:
    shown = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    for mapping in (PROJECT / "examples").glob("*.yml"):
        assert f"--map examples/{mapping.name}" in shown, mapping.name
