"""Pages name files that exist, and each decision has an id, dates, a reason and a place."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "bench/README.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / ".github").glob("*.md")),
]
DECISIONS = ROOT / "docs" / "DECISIONS.md"
TOP = {path.name for path in ROOT.iterdir()} - {"data", "target", "logs"}


def named_paths(text: str) -> Iterator[str]:
    """Yield the paths in backticks that begin in the project; `<model>` and `*` stand for many."""
    # Code blocks are commands for users; other tests run them.
    prose = re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE)
    for quoted in re.findall(r"`([^`\n]+)`", prose):
        for word in quoted.split():
            if re.fullmatch(r"[\w./-]+", word) and word.split("/")[0] in TOP and "/" in word:
                yield word


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_path_a_page_names_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    # The first task of CONTRIBUTING writes a file.
    absent = {name for name in named_paths(text) if not (ROOT / name).exists()}
    assert absent - {"tests/runner/test_demo_given.py"} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_link_of_a_page_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_the_readme_links_to_each_page_of_docs() -> None:
    linked = set(re.findall(r"\]\(docs/([^)]+)\)", (ROOT / "README.md").read_text("utf-8")))
    assert {path.name for path in (ROOT / "docs").glob("*.md")} <= linked


def decisions() -> Iterator[list[str]]:
    """Yield the cells of each decision."""
    for line in DECISIONS.read_text("utf-8").splitlines():
        if line.startswith("| ") and not line.startswith(("| Id |", "| --- |")):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def test_each_decision_has_an_id_of_its_own_dates_a_reason_and_places_that_exist() -> None:
    entries = list(decisions())
    assert len(entries) > 100
    assert len({entry[0] for entry in entries}) == len(entries)
    for name, dates, decision, reason, places in entries:
        assert re.fullmatch(r"[A-Z]+-\d+", name)
        days = [date.fromisoformat(day) for day in dates.split(", ")]
        assert days == sorted(set(days)), name
        assert len(days) <= 2, name
        assert decision.endswith("."), name
        assert reason.endswith("."), name
        listed = re.findall(r"`([^`]+)`", places)
        assert listed, name
        assert [place for place in listed if not (ROOT / place).exists()] == [], name
