"""The recipes of the README, followed step by step."""

from __future__ import annotations

import csv
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import openpyxl
import pytest
import yaml
from click.testing import CliRunner

from runner import vocabulary
from runner.cli import cli
from runner.engines.warehouse import Warehouse
from runner.project import PROJECT

README = (PROJECT / "README.md").read_text("utf-8")
COMMANDS = (PROJECT / "docs" / "cli.md").read_text("utf-8")
CONTRIBUTING = (PROJECT / "CONTRIBUTING.md").read_text("utf-8")
ROW = re.compile(r"# a row in (?P<seed>\S+)")
CELL = re.compile(r"# (?P<column>\w+) of (?P<key>\w+) in (?P<seed>\S+)")
# Vars that the test changes, as the table of vars allows.
VARS = {"minimum_cases": 1, "minimum_value_coverage": 0.5}

# Rows typed below the examples of the template: one deal sold in dollars, one stalled deal,
# one deal with the other spelling of the new activity.
HEADERS = (
    *("SalesOpportunity", "ActivityName", "EventTime", "OpportunityValue"),
    *("Currency", "SalesStage", "ContractType"),
)
EVENTS = [
    ("V1", "Opportunity Created", "2026-04-01 09:00", 100, "USD", "Discovery", "Renewal"),
    ("V1", "Site Visited", "2026-04-03 09:00", None, None, None, None),
    ("V1", "Quote Issued", "2026-04-10 09:00", None, None, None, None),
    ("V2", "Opportunity Created", "2026-01-01 09:00", 5000, "JPY", "Discovery", "First"),
    ("V2", "客先訪問", "2026-04-02 09:00", None, None, None, None),
    ("V2", "Quote Issued", "2026-04-11 09:00", None, None, None, None),
    ("V3", "Opportunity Created", "2026-01-01 09:00", 7000, "JPY", "Discovery", "First"),
]


def blocks(language: str, page: str = README) -> list[str]:
    """Return the code blocks of one language, without the indentation of lists."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```", page, re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(text) for _indent, text in found]


def lines() -> list[list[str]]:
    """Return each command line of the README, split into words, without its comment."""
    shown = [line for block in blocks("sh") for line in block.splitlines() if line.strip()]
    return [shlex.split(line, comments=True) for line in shown]


def l2c_lines() -> list[list[str]]:
    commands = [line[1:] for line in lines() if line[0].rpartition("/")[2] == "l2c"]
    # In tables and text: `l2c import FILE…`; on the page of commands also its headings.
    named = re.findall(r"`l2c ([^`]+)`", README + COMMANDS)
    named += re.findall(r"^## l2c (.+)$", COMMANDS, re.MULTILINE)
    return [*commands, *(shlex.split(line.replace("…", "")) for line in named)]


def test_each_line_that_is_shown_is_a_command_with_its_options() -> None:
    commands = l2c_lines()
    assert len(commands) > 15
    names = {line[0] for line in commands}
    assert names - {"COMMAND"} == set(cli.commands)
    for name, *arguments in (line for line in commands if line[0] != "COMMAND"):
        command = cli.commands[name]
        known = {option for each in command.params for option in each.opts}
        assert {each for each in arguments if each.startswith("-")} <= known, (name, arguments)


def test_each_option_in_the_readme_exists() -> None:
    known = {
        option
        for command in cli.commands.values()
        for each in command.params
        if isinstance(each, click.Option)
        for option in each.opts
    }
    of_others = {"--requirement", "--no-deps", "--editable", "--install"}
    assert set(re.findall(r"--[a-z][a-z-]+", README)) - of_others <= known


def test_the_lines_without_make_use_files_and_programs_that_exist() -> None:
    (block,) = [each for each in blocks("sh") if "-m venv" in each]
    programs = re.findall(r"\.venv/bin/(\w+)", block)
    assert programs == ["python", "python", "l2c", "dbt", "python"]
    for name in ("dbt", "pip", "pytest"):
        assert shutil.which(name, path=str(Path(sys.executable).parent)), name
    for file in re.findall(r"--requirement (\S+)", block):
        assert (PROJECT / file).is_file()


def test_each_make_target_in_the_readme_exists() -> None:
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    for target in re.findall(r"(?:`|^)make ([a-z-]+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_each_var_of_the_table_has_that_default() -> None:
    described = yaml.safe_load((PROJECT / "dbt_project.yml").read_text("utf-8"))["vars"]
    table = README[README.index("| Var |") :].split("\n\n")[0].splitlines()[2:]
    stated = {}
    for row in table:
        names, defaults = (cell.strip() for cell in row.strip("|").split("|")[:2])
        stated |= dict(zip(re.findall(r"`(\w+)`", names), defaults.split(", "), strict=True))
    none = {"none": "", "the data's own": ""}
    assert {name: str(described[name]) for name in stated} == {
        name: none.get(default, default) for name, default in stated.items()
    }
    assert set(VARS) <= set(stated)


def change_seed(path: Path, line: str, key: str, column: str) -> None:
    """Add or change a row of a seed, or a cell of it, and nothing else."""
    header, *rows = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
    (given,) = csv.reader([line])
    if column:
        (row,) = [row for row in rows if row[0] == key]
        assert row[header.index(column)] != given[0]
        row[header.index(column)] = given[0]
    else:
        assert len(given) == len(header), (path.name, header, given)
        # Where the first column is the key, an existing row is changed.
        is_key = len({row[0] for row in rows}) == len(rows)
        rows = [*(row for row in rows if row[0] != given[0] or not is_key), given]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def follow_the_recipes(project: Path, page: str = README) -> set[str]:
    """Change the seeds of a project as a page shows; return the names of those changed."""
    changed = set()
    for line in "".join(blocks("csv", page)).splitlines():
        if line.startswith("# "):
            match = ROW.fullmatch(line) or CELL.fullmatch(line)
            assert match, line
            place = {"key": "", "column": ""} | match.groupdict()
            continue
        change_seed(project / place["seed"], line, place["key"], place["column"])
        changed.add(Path(place["seed"]).name)
    return changed


def fill(path: Path) -> None:
    """Type the events below the examples of the template."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[1]
    places = {cell.value: cell.column for cell in sheet[1]}
    titles = {each.name: each.label["en"] for each in vocabulary.columns()}
    for number, event in enumerate(EVENTS, start=7):
        for name, value in zip(HEADERS, event, strict=True):
            typed = datetime.fromisoformat(str(value)) if name == "EventTime" else value
            sheet.cell(number, places[titles[name]], typed)
    book.save(path)


def copy_project(folder: Path) -> Path:
    """Copy the project's files in git, with uncommitted changes; return the folder."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True, text=True
    )
    for name in listed.stdout.split("\0")[:-1]:
        if (PROJECT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Follow all recipes in a copy of the project, and run it with all tests; return its folder.

    There is one build for all recipes, since each build costs as much as a run.
    """
    folder = copy_project(tmp_path_factory.mktemp("recipes") / "project")
    follow_the_recipes(folder, CONTRIBUTING)
    changed = follow_the_recipes(folder)
    assert changed == {
        *("activities.csv", "activity_aliases.csv", "kpis.csv"),
        *("targets.csv", "fx_rates.csv", "dimensions.csv", "stages.csv", "limits.csv"),
        *("company_holidays.csv", "region_calendars.csv"),
    }
    described = folder / "dbt_project.yml"
    text = described.read_text("utf-8")
    for name, value in VARS.items():
        text, count = re.subn(rf"^  {name}: .*$", f"  {name}: {value}", text, flags=re.MULTILINE)
        assert count == 1
    described.write_text(text, "utf-8")
    (recipe,) = [block for block in blocks("sh") if "l2c template" in block]
    for line in recipe.splitlines():
        program, *arguments = shlex.split(line)
        assert program == "l2c"
        # Unit tests too: a recipe may not break the tests of the SQL.
        more = ["--all-tests"] if arguments[0] == "run" else []
        done = subprocess.run(
            [sys.executable, "-m", "runner.cli", *arguments, *more],
            cwd=folder,
            capture_output=True,
            check=False,
            text=True,
            env={
                **{name: value for name, value in os.environ.items() if name != "L2C_DATA_DIR"},
                "LANG": "C",
            },
        )
        (folder / f"{arguments[0]}.txt").write_text(done.stdout + done.stderr, "utf-8")
        assert done.returncode == 0, done.stdout + done.stderr
        if arguments[0] == "template":
            shutil.move(folder / "lead_to_cash_template_en.xlsx", folder / "FILE.xlsx")
            fill(folder / "FILE.xlsx")
    return folder


def asked(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with Warehouse(folder / "data" / "publish" / "lead_to_cash.duckdb") as warehouse:
        return warehouse.rows(sql)


def test_my_own_data_is_inspected_marked_and_published(copied: Path) -> None:
    assert (copied / "marked.xlsx").is_file()
    assert asked(copied, "select count(*) from marts.events") == [(len(EVENTS),)]


def test_an_added_activity_is_catalogued_and_found_by_its_other_spelling(copied: Path) -> None:
    assert asked(
        copied, "select label_ja, rank from marts.activities where activity = 'Site Visited'"
    ) == [("現地訪問", 38)]
    assert asked(
        copied,
        "select case_id, occurrences from marts.milestones where activity = 'Site Visited'"
        " order by case_id",
    ) == [("V1", 1), ("V2", 1)]


def test_an_added_kpi_has_a_value_and_meets_its_target(copied: Path) -> None:
    # 7 days and 9 days.
    assert asked(
        copied,
        "select value, n, target, status from marts.kpi_values where kpi = 'visit_to_quote'"
        " and dimension = 'all' and period_grain = 'all'",
    ) == [(8, 2, 14, "met")]


def test_a_changed_limit_rate_cut_and_stage_take_effect(copied: Path) -> None:
    assert asked(
        copied, "select \"limit\" from marts.quality_measures where measure = 'rejected_share'"
    ) == [(0.02,)]
    assert asked(
        copied,
        "select case_id, value_reporting from marts.cases where case_id in ('V1', 'V2')"
        " order by case_id",
    ) == [("V1", 15_520), ("V2", 5000)]
    assert asked(
        copied,
        "select segment, n from marts.kpi_values where kpi = 'visit_to_quote'"
        " and dimension = 'contract_type' and period_grain = 'all' order by segment",
    ) == [("First", 1), ("Renewal", 1)]
    # V1 has been in Discovery for nine or ten days, the others for three months.
    assert asked(
        copied,
        "select open_cases, stalled_cases from marts.stage_funnel where stage = 'Discovery'",
    ) == [(3, 2)]


def test_the_query_of_the_readme_has_an_answer(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copied)
    (question,) = blocks("sql")
    answered = asked(copied, question)
    assert ("Site Visited", "Quote Issued", 2) in [row[:3] for row in answered]
    (snippet,) = re.findall(r"`(import duckdb; [^`]+)`", README)
    shown = subprocess.run(
        [sys.executable, "-c", snippet], capture_output=True, check=True, text=True
    ).stdout
    assert "V1" in shown


def test_the_first_task_fails_first_and_passes_then(tmp_path: Path) -> None:
    folder = copy_project(tmp_path / "project")
    (test,) = blocks("python", CONTRIBUTING)
    (command,) = re.findall(r"\$ \.venv/bin/python (-m pytest .+)", CONTRIBUTING)
    *_options, name = arguments = shlex.split(command)
    assert f"`{name}`" in CONTRIBUTING
    (folder / name).write_text(test, "utf-8")

    def tested() -> str:
        return subprocess.run(
            [sys.executable, *arguments], cwd=folder, capture_output=True, check=False, text=True
        ).stdout

    (failure,) = re.findall(r"It fails.*?`(assert .+?)`", CONTRIBUTING, re.DOTALL)
    assert failure in tested()
    follow_the_recipes(folder, CONTRIBUTING)
    assert re.search(r"^1 passed in", tested(), re.MULTILINE)


def test_the_readme_can_be_scanned() -> None:
    assert len(README.splitlines()) < 200
    assert CliRunner().invoke(cli, ["--help"]).exit_code == 0
