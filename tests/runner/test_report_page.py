"""The page in a real browser: what it shows, what a click does, and what it must never do."""

from __future__ import annotations

import base64
import csv
import functools
import gzip
import io
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote
from xml.etree import ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe

from runner import messages
from runner.columns.options import Options
from runner.data_folder import DataFolder
from runner.engines.warehouse import Warehouse, sql_literal
from runner.landing import imports
from runner.report import page as report
from tests.runner.conftest import Ask, query, tables
from tests.runner.test_selections import dated, follows, occurs, top

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

LANGUAGES = ("en", "ja")
SECTIONS = report.SECTIONS
# Parts that are filled by a choice of the reader only.
ON_DEMAND = {"time.step", "cases.deal"}
# What a figure or word that is missing looks like in JavaScript or Python.
MISSING = ("undefined", "NaN", "null", "[object", "Infinity", "None", "{", "}")
WIDE, HIGH = 1280, 800


@dataclass
class Opened:
    """A page in a tab, with all that it said and asked for."""

    tab: Page
    said: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def wait(self) -> None:
        self.tab.wait_for_selector('html[data-drawn="true"]', state="attached")

    def resize(self, width: int = WIDE) -> None:
        self.tab.set_viewport_size({"width": width, "height": HIGH})

    def go(self, address: str) -> None:
        """Select by the address, as a link or a bookmark would."""
        self.tab.evaluate("() => { document.documentElement.dataset.drawn = 'old' }")
        if self.address == address:
            self.tab.evaluate("() => { dispatchEvent(new PopStateEvent('popstate')) }")
        else:
            self.tab.evaluate("(text) => { location.hash = text }", address)
        self.wait()

    def click(self, selector: str) -> None:
        """Click, and wait until all sections are drawn."""
        self.tab.locator(selector).first.click()
        self.wait()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.tab.keyboard.press(key)
        self.wait()

    @property
    def address(self) -> str:
        return self.tab.url.partition("#")[2]

    @property
    def chips(self) -> list[str]:
        return self.tab.locator('[data-bar="chips"] .words').all_inner_texts()

    @property
    def count(self) -> int:
        """The number of selected cases that the bar names."""
        words = self.tab.locator('[data-bar="count"]').inner_text()
        found = re.search(r"[\d,]+", words)
        assert found, words
        return int(found[0].replace(",", ""))

    def text(self, part: str) -> str:
        return self.tab.locator(f'[data-part="{part}"]').inner_text()

    def table(self, name: str) -> list[list[str]]:
        """Return the values of the rows of a table, in the order shown."""
        rows: list[list[str]] = self.tab.evaluate(
            """(id) => [...document.querySelectorAll(`#${id} tbody tr`)].map((row) =>
                [...row.cells].map((cell) => cell.dataset.v ?? cell.textContent))""",
            f"table-{name}",
        )
        return rows

    def focused(self) -> str:
        """Return tag and marks of the element with the focus."""
        found: str = self.tab.evaluate(
            """() => { const { tagName, dataset } = document.activeElement;
                return [tagName, ...Object.entries(dataset).map((each) => each.join("="))].join(" ")
            }"""
        )
        return found


Open = Callable[..., Opened]


@pytest.fixture(scope="module")
def open_(browser: Browser) -> Iterator[Open]:
    """Return a function that opens a file in a tab of its own and waits until it is drawn."""
    contexts = []

    def open_file(file: Path, address: str = "", *, draws: bool = True, **options: Any) -> Opened:
        contexts.append(
            browser.new_context(**{"viewport": {"width": WIDE, "height": HIGH}, **options})
        )
        opened = Opened(contexts[-1].new_page())
        opened.tab.set_default_timeout(20_000)
        opened.tab.on("console", lambda message: opened.said.append(message.text))
        opened.tab.on("pageerror", lambda error: opened.said.append(str(error)))
        opened.tab.on("request", lambda request: opened.requests.append(request.url))
        opened.tab.goto(file.as_uri() + (f"#{address}" if address else ""))
        if draws:
            opened.wait()
        return opened

    yield open_file
    for context in contexts:
        context.close()


def made(published: Path, language: str, *arguments: Any, **options: Any) -> report.Page:
    """Return the page of a published file in a language."""
    messages.use(language)
    page = report.build(published, *arguments, **options)
    messages.use("en")
    return page


def built(published: Path, folder: Path, language: str) -> Path:
    """Write the page of a published file in a language; return its path."""
    return made(published, language).write(folder / f"{language}.html")


@pytest.fixture(scope="module")
def pages(published: Path) -> dict[str, report.Page]:
    """Return the page of the demo log in each language."""
    return {language: made(published, language) for language in LANGUAGES}


@pytest.fixture(scope="module")
def files(
    pages: dict[str, report.Page], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Return the file of the page of the demo log in each language."""
    folder = tmp_path_factory.mktemp("page")
    return {language: page.write(folder / f"{language}.html") for language, page in pages.items()}


@pytest.fixture(scope="module")
def opened(files: dict[str, Path], open_: Open) -> dict[str, Opened]:
    """Return the opened page of the demo log in each language; each test sets its selection."""
    return {language: open_(file) for language, file in files.items()}


@pytest.fixture
def demo_page(opened: dict[str, Opened]) -> Iterator[Opened]:
    """Return the English page of the demo log without a selection; it must stay silent."""
    page = opened["en"]
    page.resize()
    page.go("")
    page.tab.evaluate(
        """() => {
            for (const each of document.querySelectorAll("details")) each.open = false;
            document.activeElement.blur();
            scrollTo(0, 0);
        }"""
    )
    yield page
    assert page.said == []


@pytest.fixture(scope="module")
def ask(published: Path) -> Ask:
    """Return a function that queries the tables of the demo log."""
    return functools.partial(query, published)


def open_all(page: Page) -> None:
    """Open everything that is folded."""
    page.evaluate(
        "() => document.querySelectorAll('details').forEach((each) => { each.open = true })"
    )


def words_of(page: Page) -> list[str]:
    """Return all texts of the page: what is read, titles and labels, without its code."""
    found: list[str] = page.evaluate(
        """() => {
            const texts = [document.title];
            const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
            while (walk.nextNode()) {
                const { parentElement, data } = walk.currentNode;
                if (!parentElement.closest("script, style, noscript")) texts.push(data);
            }
            for (const each of document.querySelectorAll("[aria-label]"))
                texts.push(each.getAttribute("aria-label"));
            return texts.map((text) => text.trim()).filter(Boolean);
        }"""
    )
    return found


# ---- every section -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_is_whole_and_silent_and_asks_for_nothing(
    language: str, opened: dict[str, Opened]
) -> None:
    page = opened[language]
    page.go("")
    assert page.said == []
    assert [url.rpartition("/")[2] for url in page.requests] == [f"{language}.html"]
    ids = page.tab.locator("main > section").evaluate_all("(all) => all.map(({ id }) => id)")
    assert tuple(ids) == SECTIONS
    parts = page.tab.locator("[data-part]").evaluate_all(
        "(all) => all.map((each) => [each.dataset.part, each.innerHTML.trim().length])"
    )
    assert {name for name, length in parts if not length} == ON_DEMAND
    assert {name.split(".")[0] for name, _length in parts} == {*SECTIONS} - {"data"}
    open_all(page.tab)
    texts = words_of(page.tab)
    assert [text for text in texts if any(sign in text for sign in MISSING)] == []
    assert len(texts) > 2000
    for section in SECTIONS:
        heading = page.tab.locator(f"#{section}-title").inner_text()
        # A finding has a number, or says that there is none.
        assert len(heading) > 10, section


# What both languages share: units, formats, names of methods and columns.
COMMON = {"KPI", "n", "A", "B", "p90", "pt", "SVG", "PNG", "CSV", "Wilson", "SalesStage", "Enter"}
COMMON |= {"Esc"}
LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*")
# Commands, options, formats of dates, files.
CODE = re.compile(r"l2c \w+|--[\w-]+|%\w|[\w/.]+\.(?:csv|xlsx)")
JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff]+")


def names_of(ask: Ask) -> set[str]:
    """Return the names in the data: they have no translation."""
    columns = ("sales_representative", "sales_team", "customer_segment", "lead_source", "case_id")
    sources = [f"select {column} from cases" for column in columns]
    sources += ["select source_file from intake_summary", "select sheet from intake_summary"]
    sources += ["select reporting_time_zone from runs", "select versions from runs"]
    sources += ["select content_hash from runs"]
    # Not in the activity list, so without a label.
    sources += ["select activity from process_map_nodes anti join activities using (activity)"]
    return {str(name) for source in sources for (name,) in ask(source) if name}


@pytest.mark.parametrize(("language", "other"), [("ja", LATIN), ("en", JAPANESE)])
def test_a_page_has_no_word_of_the_other_language_but_names(
    language: str, other: re.Pattern[str], opened: dict[str, Opened], ask: Ask
) -> None:
    page = opened[language]
    page.go("")
    open_all(page.tab)
    allowed = {word for name in names_of(ask) for word in other.findall(name)}
    texts = [CODE.sub("", text) for text in words_of(page.tab)]
    found = {(word, text) for text in texts for word in other.findall(text)}
    assert [pair for pair in sorted(found) if pair[0] not in allowed | COMMON] == []
    assert page.tab.locator("html").get_attribute("lang") == language


# ---- selection ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def places(ask: Ask) -> Callable[[str], int]:
    """Return a function that gives the position of an activity in the page."""
    names = [
        name
        for (name,) in ask(
            """
            select nodes.activity from process_map_nodes as nodes
            left join activities on nodes.activity = activities.activity
            order by activities.rank nulls last, nodes.mean_position, nodes.activity
            """
        )
    ]
    return names.index


def at_of(edge: Locator) -> tuple[float, float]:
    """Return a point in the window where a click meets an arrow and nothing else."""
    edge.scroll_into_view_if_needed()
    point: list[float] | None = edge.evaluate(
        """(edge) => {
            const hit = edge.querySelector(".hit");
            for (let share = 0.5; share < 1; share += 0.02) {
                const on = hit.getPointAtLength(share * hit.getTotalLength());
                const { x, y } = on.matrixTransform(hit.getScreenCTM());
                if (document.elementFromPoint(x, y)?.closest(".edge") === edge) return [x, y];
            }
        }"""
    )
    assert point is not None
    return point[0], point[1]


def selected(ask: Ask, condition: str) -> int:
    [(count,)] = ask(f"select count(*) from cases where {condition}")
    return int(count)


def test_a_row_is_with_then_without_then_off(
    demo_page: Opened, ask: Ask, places: Callable[[str], int]
) -> None:
    row = f'#map svg.wide .row[data-activity="{places("Quote Revised")}"]'
    pressed = demo_page.tab.locator(row)
    for address, condition, chips, state in (
        ("with=Quote%20Revised", occurs("Quote Revised"), ["With Quote Revised"], "true"),
        (
            "without=Quote%20Revised",
            f"not {occurs('Quote Revised')}",
            ["Without Quote Revised"],
            "mixed",
        ),
        ("", "true", [], "false"),
    ):
        demo_page.click(row)
        assert (demo_page.address, demo_page.chips) == (address, chips)
        assert demo_page.count == selected(ask, condition)
        assert pressed.get_attribute("aria-pressed") == state


def test_an_arrow_of_the_picture_selects_its_step_and_shows_its_times(
    demo_page: Opened, ask: Ask, places: Callable[[str], int]
) -> None:
    from_, to = "Quote Issued", "Quote Revised"
    condition = follows(from_, to, direct=True)
    edge = demo_page.tab.locator(f'#map svg.wide .edge[data-edge="{places(from_)} {places(to)}"]')
    demo_page.tab.mouse.click(*at_of(edge))
    demo_page.wait()
    assert demo_page.address == "follows=Quote%20Issued,Quote%20Revised,direct"
    assert demo_page.count == selected(ask, condition) > 10
    assert "chosen" in (edge.get_attribute("class") or "")
    [(steps,)] = ask(
        f"select count(*) from transitions where from_activity = '{from_}' and to_activity = '{to}'"
    )
    step = demo_page.text("time.step")
    assert step.startswith(f"{from_} → {to} {steps} times")
    assert demo_page.tab.locator('[data-part="time.step"] svg rect').count() > 3
    # A second click, here in the table, takes it back.
    open_all(demo_page.tab)
    demo_page.click(f'#table-edges [data-edge="{places(from_)} {places(to)}"]')
    assert (demo_page.address, demo_page.text("time.step")) == ("", "")


def test_a_path_a_variant_a_segment_a_rework_and_a_month_are_selected_by_a_click(
    demo_page: Opened, ask: Ask
) -> None:
    open_all(demo_page.tab)
    month = "2025-10"
    for selector, key, condition in (
        (
            "#variants .row[data-path]",
            "path",
            """variant_id in (select variant_id from variants where milestone_path_id
                in (select path_id from milestone_variants where rank = 1))""",
        ),
        (
            '#table-variants [data-variant="2"]',
            "variant",
            "variant_id = (select variant_id from variants where rank = 2)",
        ),
        ("#segments .row[data-segment]", "sales_team", None),
        ("#table-rework [data-repeats]", "repeats", None),
        (
            f'#time [data-month="{month}"] .hit',
            "intersecting",
            dated(f"first <= '{month}-31' and last >= '{month}-01'"),
        ),
    ):
        row = demo_page.tab.locator(selector).first
        name = row.locator("title").text_content() if key == "sales_team" else ""
        activity = row.inner_text() if key == "repeats" else ""
        expected = condition or (occurs(activity, 2) if activity else f"{key} = '{name}'")
        demo_page.click(selector)
        assert demo_page.address.startswith(f"{key}=")
        assert demo_page.count == selected(ask, expected) > 1, key
        demo_page.go("")


def test_a_drag_over_the_months_is_a_period(demo_page: Opened, ask: Ask) -> None:
    months = demo_page.tab.locator("#glance [data-start] .hit")
    boxes = [months.nth(at).bounding_box() for at in (2, 5)]
    names = [
        demo_page.tab.locator("#glance [data-start]").nth(at).get_attribute("data-start")
        for at in (2, 5)
    ]
    [(x0, y0), (x1, y1)] = [
        (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes if box
    ]
    demo_page.tab.mouse.move(x1, y1)
    demo_page.tab.mouse.down()
    demo_page.tab.mouse.move(x0, y0, steps=4)
    assert demo_page.tab.locator("#glance .picked").count() == 4
    demo_page.tab.mouse.up()
    demo_page.wait()
    [(last,)] = ask(f"select cast(last_day(date '{names[1]}-01') as text)")
    assert demo_page.address == f"started={names[0]}-01,{last}"
    between = dated(f"first between '{names[0]}-01' and '{last}'")
    assert demo_page.count == selected(ask, between) > 10
    # A click on one month replaces the period.
    demo_page.click(f'#glance [data-start="{names[0]}"] .hit')
    assert demo_page.address.startswith(f"started={names[0]}-01,{names[0]}-")


def test_a_choice_in_the_bar_replaces_the_one_before(demo_page: Opened, ask: Ask) -> None:
    region = demo_page.tab.locator('[data-pick="region"]')
    for value in ("West", "East"):
        region.select_option(value)
        demo_page.wait()
        assert demo_page.address == f"region={value}"
        assert demo_page.count == selected(ask, f"region = '{value}'")
    demo_page.tab.locator('[data-pick="outcome"]').select_option("won")
    demo_page.wait()
    assert demo_page.address == "region=East&outcome=won"
    assert demo_page.chips == ["Region: East", "Outcome: won"]
    assert demo_page.count == selected(ask, "region = 'East' and outcome = 'won'")
    demo_page.click("[data-remove='0']")
    assert (demo_page.address, region.input_value()) == ("outcome=won", "")


# Kind of condition, the fields of its form, the address that it makes, and the same in SQL.
CONDITIONS: list[tuple[str, dict[str, Any], str, str]] = [
    (
        "period",
        {"key": "completed", "a": "2025-09-01", "b": "2026-03-31"},
        "completed=2025-09-01,2026-03-31",
        "is_complete and " + dated("last between '2025-09-01' and '2026-03-31'"),
    ),
    (
        "period",
        {"key": "contained", "a": "2025-05-01"},
        "contained=2025-05-01,",
        dated("first >= '2025-05-01'"),
    ),
    (
        "dimension",
        {"key": "region", "a": ["West", "(none)"]},
        "region=West,(none)",
        "coalesce(region, '(none)') in ('West', '(none)')",
    ),
    ("value", {"a": "1000000"}, "value=1000000,", "value_reporting >= 1000000"),
    ("days", {"a": "30", "b": "90.5"}, "days=30,90.5", "duration_days between 30 and 90.5"),
    ("top", {"a": "20"}, "top=20", top(0.2)),
    ("with", {"a": "Quote Revised"}, "with=Quote%20Revised", occurs("Quote Revised")),
    (
        "without",
        {"a": "Lead Captured"},
        "without=Lead%20Captured",
        f"not {occurs('Lead Captured')}",
    ),
    (
        "starts",
        {"a": "Lead Captured"},
        "starts=Lead%20Captured",
        """case_id in (select case_id from events
            where event_number = 1 and activity = 'Lead Captured')""",
    ),
    (
        "ends",
        {"a": "Payment Received"},
        "ends=Payment%20Received",
        """(case_id, event_count) in (select (case_id, event_number) from events
            where activity = 'Payment Received')""",
    ),
    (
        "repeats",
        {"a": "Quote Revised", "b": "2"},
        "repeats=Quote%20Revised,2",
        occurs("Quote Revised", 2),
    ),
    (
        "follows",
        {
            "a": "Quote Issued",
            "c": "eventual",
            "b": "Sales Order Created",
            "d": "within",
            "e": "30",
        },
        "follows=Quote%20Issued,Sales%20Order%20Created,eventual,within,30",
        follows("Quote Issued", "Sales Order Created", direct=False, limit="days <= 30"),
    ),
]


@pytest.mark.parametrize(("kind", "fields", "address", "condition"), CONDITIONS)
def test_a_condition_of_the_panel_selects_what_sql_selects(
    kind: str,
    fields: dict[str, Any],
    address: str,
    condition: str,
    demo_page: Opened,
    ask: Ask,
) -> None:
    panel = demo_page.tab.locator('[data-bar="panel"]')
    if not panel.is_visible():
        demo_page.tab.locator('[data-do="more"]').click()
    panel.locator('[name="kind"]').select_option(kind)
    for name, value in fields.items():
        control = panel.locator(f'[name="{name}"]')
        if control.evaluate("(each) => each.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
    panel.locator('button[type="submit"]').click()
    demo_page.wait()
    assert demo_page.address == address
    assert demo_page.count == selected(ask, condition) > 0
    assert len(demo_page.chips) == 1


def test_an_empty_condition_selects_nothing_new(demo_page: Opened) -> None:
    panel = demo_page.tab.locator('[data-bar="panel"]')
    if panel.is_visible():
        panel.locator('[data-do="close"]').click()
    assert not panel.is_visible()
    demo_page.tab.locator('[data-do="more"]').click()
    for kind in ("period", "dimension", "value"):
        panel.locator('[name="kind"]').select_option(kind)
        panel.locator('button[type="submit"]').click()
        assert (demo_page.address, demo_page.chips) == ("", [])
    demo_page.press("Escape")
    assert not panel.is_visible()


def test_named_selections_undo_and_clear(demo_page: Opened, ask: Ask) -> None:
    saved = demo_page.tab.locator('select[data-do="saved"]')
    saved.select_option(label="Deals with a revised quote")
    demo_page.wait()
    assert (demo_page.address, saved.input_value()) == ("with=Quote%20Revised", "")
    revised = selected(ask, occurs("Quote Revised"))
    demo_page.tab.locator('[data-pick="region"]').select_option("West")
    demo_page.wait()
    both = selected(ask, occurs("Quote Revised") + " and region = 'West'")
    assert demo_page.count == both < revised
    count = demo_page.tab.locator('[data-bar="count"]')
    demo_page.tab.locator('[data-do="undo"]').click()
    count.get_by_text(f"{revised} / 300 deals").wait_for()
    assert demo_page.address == "with=Quote%20Revised"
    # The back and forward buttons of the browser do the same.
    demo_page.tab.go_forward()
    count.get_by_text(f"{both} / 300 deals").wait_for()
    demo_page.tab.go_back()
    count.get_by_text(f"{revised} / 300 deals").wait_for()
    demo_page.click('[data-do="clear"]')
    assert (demo_page.address, demo_page.chips, demo_page.count) == ("", [], 300)
    assert demo_page.tab.locator('[data-do="clear"]').count() == 0


@pytest.mark.parametrize(
    ("value", "words", "condition"),
    [
        ("rest", "B = the others", "coalesce(region, '') != 'West'"),
        ("all", "B = all deals", "true"),
        ("=outcome=open", "B = Open deals", "outcome = 'open'"),
    ],
)
def test_a_comparison_shows_both_sides(
    value: str, words: str, condition: str, demo_page: Opened, ask: Ask
) -> None:
    demo_page.go("region=West")
    assert demo_page.tab.locator('[data-do="against"]').count() == 0
    demo_page.click('[data-do="compare"]')
    demo_page.tab.locator('[data-do="against"]').select_option(value)
    demo_page.wait()
    assert demo_page.address == "region=West&compare=" + quote(value, safe="")
    west, other = selected(ask, "region = 'West'"), selected(ask, condition)
    assert demo_page.text("map.sub").startswith(
        f"A = selection, {west} deals; {words}, {other} deals."
    )
    assert "(A)" in demo_page.text("map.title")
    assert "slower" in demo_page.text("map.legend")
    [(a, b)] = ask(
        f"""
        select median(elapsed_days) filter (where cases.region = 'West'),
            median(elapsed_days) filter (where {condition.replace("region", "cases.region")})
        from transitions inner join cases using (case_id) where to_activity = 'Quote Issued'
        """
    )
    row = demo_page.tab.locator("#map svg.wide .row", has_text="Quote Issued").first
    cells = row.locator("text").all_text_contents()
    assert f"{a:.0f} d" in cells
    assert f"{b:.0f} d" in cells
    demo_page.tab.locator('[data-do="against"]').select_option("")
    demo_page.wait()
    assert demo_page.address == "region=West"
    assert "B = " not in demo_page.text("map.sub")


ODD_ADDRESSES = (
    "region=%E0%A4%A&x",
    "nothing=at%20all",
    "__proto__=1",
    "constructor=1",
    "follows=A",
    "follows=Quote%20Issued,Quote%20Revised,odd,within,x",
    "variant=-1",
    "top=x",
    "value=a,b",
    "started=x,2025-99-99",
    "path=",
    "with=",
    "repeats=",
)


def test_an_address_restores_selection_and_comparison_in_a_fresh_page(
    files: dict[str, Path], open_: Open, ask: Ask
) -> None:
    address = (
        "region=West,East&with=Quote%20Revised"
        "&follows=Quote%20Issued,Quote%20Revised,direct&compare=rest"
    )
    page = open_(files["en"], address)
    condition = "region in ('West', 'East') and " + follows(
        "Quote Issued", "Quote Revised", direct=True
    )
    assert page.count == selected(ask, condition) > 0
    assert page.chips == [
        "Region: West, East",
        "With Quote Revised",
        "Quote Issued directly followed by Quote Revised",
    ]
    assert page.address == address
    assert "A = selection" in page.text("map.sub")
    assert page.said == []
    # An address that no page makes is no error: what it does not know, it shows or leaves out.
    for odd in ODD_ADDRESSES:
        page.go(odd)
        assert (page.said, page.count) == ([], 0), odd
        [chip] = page.chips
        assert not any(sign in chip for sign in MISSING), chip
    # A link to a section is no selection.
    page.go("")
    page.go("stages")
    assert (page.count, page.chips) == (300, [])


def test_every_section_follows_the_selection(demo_page: Opened, ask: Ask) -> None:
    condition = "region = 'East' and outcome = 'won'"
    demo_page.go("region=East&outcome=won")
    open_all(demo_page.tab)
    chosen = f"(select * from cases where {condition})"
    n = selected(ask, condition)
    assert f"{n} deals" in demo_page.text("glance.eyebrow")
    [(mean, paid)] = ask(
        f"""
        select sum(days) / count(*), count(*) from (
            select case_id, sum(elapsed_days) as days
            from transitions inner join {chosen} using (case_id)
            where counts_in_phases group by case_id
        )
        """
    )
    assert f"{mean:.0f} d" in demo_page.text("glance.title")
    assert f"{paid} " in demo_page.text("glance.sub")
    counts = {
        "nodes": "select activity, count(*) from events inner join {chosen} using (case_id)",
        "edges": "select from_activity || ' → ' || to_activity, count(*) from transitions"
        " inner join {chosen} using (case_id)",
        "stages": "select stage_funnel.label_en, count(distinct case_id) from stage_visits"
        " inner join {chosen} using (case_id) inner join stage_funnel using (stage)",
    }
    for table, sql in counts.items():
        expected: dict[str, int] = dict(ask(sql.format(chosen=chosen) + " group by all"))
        shown = {row[0]: int(row[1]) for row in demo_page.table(table)}
        assert shown == expected, table
        assert len(shown) > 2
    kpis: dict[str, int] = dict(
        ask(
            "select label_en, count(case_id) from kpis"
            f" left join (select kpi, case_id from kpi_cases semi join {chosen} using (case_id))"
            " using (kpi) group by all"
        )
    )
    assert {row[0]: int(row[3]) for row in demo_page.table("kpis")} == kpis
    variants = [int(row[1]) for row in demo_page.table("variants")]
    [(most,)] = ask(f"select max(n) from (select count(*) as n from {chosen} group by variant_id)")
    assert variants[0] == most
    assert demo_page.text("cases.title").startswith(f"{min(n, 25)} of {n} deals")
    ids = {row[0] for row in demo_page.table("cases")}
    assert ids <= {case_id for (case_id,) in ask(f"select case_id from {chosen}")}
    assert len(ids) == min(n, 25)
    segments = {row[0]: int(row[3]) for row in demo_page.table("segments")}
    [(cycle,)] = ask(
        "select count(*) from kpi_cases semi join"
        f" {chosen} using (case_id) where kpi = (select kpi from kpis where is_headline"
        " order by rank, kpi limit 1)"
    )
    assert sum(segments.values()) == cycle


# ---- keyboard ----------------------------------------------------------------------------------


def test_tab_reaches_the_skip_link_the_bar_and_each_chart_once(demo_page: Opened) -> None:
    stops: list[str] = []
    for _turn in range(220):
        demo_page.tab.keyboard.press("Tab")
        stop = demo_page.tab.evaluate(
            """() => {
                const each = document.activeElement;
                const chart = each.closest("svg");
                return each.className === "skip" ? "skip"
                    : chart ? "chart " + chart.getAttribute("class")
                    : each.dataset.pick || each.dataset.do || each.dataset.view
                    || each.getAttribute("href") || each.dataset.replay || each.tagName;
            }"""
        )
        if stop == "BODY":
            break
        stops.append(stop)
    assert stops[:2] == ["skip", "region"]
    bar = ["region", "product_category", "sales_representative", "outcome", "saved", "more"]
    assert [stop for stop in stops if stop in bar] == bar
    assert [stop for stop in stops if stop.startswith("chart")] == [
        "chart chart process wide",
        "chart chart chevrons",
        "chart chart forest wide",
    ]
    rail = [stop for stop in stops if stop.startswith("#")]
    assert rail[: len(SECTIONS)] == [f"#{section}" for section in SECTIONS]
    views = {"steps", "rows", "measure", "only", "pathSearch", "kpi", "dimension", "caseSearch"}
    assert views <= set(stops)
    demo_page.tab.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0) }")
    demo_page.press("Tab", "Enter")
    assert demo_page.tab.evaluate("() => document.activeElement.id") == "glance-title"


def test_arrows_move_enter_toggles_and_the_focus_stays_and_is_seen(
    demo_page: Opened, ask: Ask, places: Callable[[str], int]
) -> None:
    first = demo_page.tab.locator("#map svg.wide .row").first
    first.focus()
    demo_page.press("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp")
    row = demo_page.tab.locator("#map svg.wide .row").nth(2)
    name = row.locator("title").text_content() or ""
    focus = f"data-activity={places(name)}".replace("data-", "")
    assert demo_page.focused() == f"g {focus}"
    stroke = row.locator(".hover").evaluate("(each) => getComputedStyle(each).stroke")
    assert stroke.startswith("rgb")
    demo_page.press("Enter")
    assert demo_page.address == f"with={quote(name)}"
    assert demo_page.count == selected(ask, occurs(name))
    assert demo_page.focused() == f"g {focus}"
    stops = demo_page.tab.locator('#map svg.wide .row[tabindex="0"]')
    assert (stops.count(), stops.get_attribute("data-activity")) == (1, str(places(name)))
    demo_page.press("Space")
    assert demo_page.address == f"without={quote(name)}"
    last = demo_page.tab.locator("#map svg.wide .row").last
    for key, end in (("End", last), ("Home", first)):
        demo_page.press(key)
        assert demo_page.focused() == f"g activity={end.get_attribute('data-activity')}"


def test_escape_removes_the_last_chip_and_shift_escape_all(demo_page: Opened) -> None:
    demo_page.go("region=West&outcome=won&with=Quote%20Revised")
    demo_page.press("Escape")
    assert demo_page.address == "region=West&outcome=won"
    demo_page.tab.locator('[data-view="caseSearch"]').fill("OPP")
    demo_page.press("Escape")
    assert (demo_page.address, demo_page.tab.locator('[data-view="caseSearch"]').input_value()) == (
        "region=West&outcome=won",
        "",
    )
    demo_page.press("Shift+Escape")
    assert (demo_page.address, demo_page.chips) == ("", [])


def test_a_removed_chip_leaves_the_focus_to_the_next(demo_page: Opened) -> None:
    demo_page.go("region=West&outcome=won&with=Quote%20Revised")
    demo_page.tab.locator("[data-remove='1']").focus()
    demo_page.press("Enter")
    assert demo_page.address == "region=West&with=Quote%20Revised"
    assert demo_page.focused() == "BUTTON remove=1"
    demo_page.press("Enter", "Enter")
    assert (demo_page.address, demo_page.focused()) == ("", "BUTTON do=more")
    demo_page.press("Enter")
    assert demo_page.focused() == "SELECT"
    demo_page.press("Escape")
    assert demo_page.focused() == "BUTTON do=more"
    demo_page.go("region=West")
    demo_page.tab.locator('[data-do="compare"]').focus()
    demo_page.press("Enter")
    assert demo_page.focused() == "SELECT do=against"


def test_keys_lead_to_the_search_and_from_section_to_section(demo_page: Opened) -> None:
    heading = "() => document.activeElement.id"
    seen = []
    for _section in SECTIONS:
        demo_page.press("]")
        demo_page.tab.wait_for_timeout(40)
        seen.append(demo_page.tab.evaluate(heading))
    assert seen == [f"{section}-title" for section in (*SECTIONS[1:], SECTIONS[-1])]
    demo_page.press("[")
    assert demo_page.tab.evaluate(heading) == f"{SECTIONS[-2]}-title"
    demo_page.press("/")
    assert demo_page.focused() == "INPUT view=caseSearch"
    # In a field these keys are text.
    demo_page.press("[", "/")
    assert demo_page.tab.locator('[data-view="caseSearch"]').input_value() == "[/"
    demo_page.press("Escape")


# ---- accessibility, without scripting ----------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "colours", "width", "address"),
    [
        ("en", "light", WIDE, ""),
        ("en", "dark", WIDE, "region=West&with=Quote%20Revised&compare=rest"),
        ("ja", "light", 390, "follows=Quote%20Issued,Quote%20Revised,direct"),
        ("ja", "dark", WIDE, ""),
    ],
)
def test_axe_finds_nothing(
    language: str, colours: Any, width: int, address: str, opened: dict[str, Opened]
) -> None:
    page = opened[language]
    page.resize(width)
    page.tab.emulate_media(color_scheme=colours)
    ground = page.tab.locator("body").evaluate("(each) => getComputedStyle(each).backgroundColor")
    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 20, 27)"}[colours]
    page.go(address)
    open_all(page.tab)
    deal = page.tab.locator("#table-cases [data-case]").first
    deal.click()
    # Further rows are like the first ones; the next selection draws them again.
    page.tab.evaluate(
        "() => { for (const row of document.querySelectorAll('table[id] tr:nth-child(n+9)'))"
        " row.remove() }"
    )
    found = Axe().run(page.tab, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(each["impact"], each["id"], each["nodes"][0]["html"]) for each in found] == []
    deal.click()
    page.tab.emulate_media(color_scheme="light")
    page.resize()


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_scripting_pictures_figures_and_tables_are_there(
    language: str, files: dict[str, Path], open_: Open, opened: dict[str, Opened]
) -> None:
    still = open_(files[language], draws=False, java_script_enabled=False)
    live = opened[language]
    live.go("")
    tab = still.tab
    assert tab.locator("noscript p").is_visible()
    assert tab.locator("svg.process.wide").is_visible()
    for picture in ("ribbon.wide", "chevrons", "funnel", "trend", "forest", "spark", "starts"):
        assert tab.locator(f"svg.{picture}").first.is_visible(), picture
    assert tab.locator("main button, main input, main select, header select").count() > 0
    shown = tab.locator("button:visible, input:visible, select:visible, canvas:visible")
    assert shown.count() == 0
    for part in ("glance.title", "glance.cards", "map.title", "stages.title", "segments.title"):
        assert still.text(part) == live.text(part), part
    for table in ("nodes", "edges", "variants", "stages", "kpis", "segments", "rework", "cases"):
        texts = tab.locator(f"#table-{table} td").all_text_contents()
        assert len(texts) > 9
        # The still page may show the first rows only.
        alive = live.tab.locator(f"#table-{table} td").all_text_contents()
        assert texts == alive[: len(texts)], table
    assert still.said == []
    assert len(still.requests) == 1


# ---- hostile names -----------------------------------------------------------------------------

NAUGHTY = (
    "<script>window.harmed = 1</script>",
    "</script><script>window.harmed = 2</script>",
    "</title><svg onload=window.harmed=3>",
    "<img src=x onerror=window.harmed=4>",
    '"><svg/onload=window.harmed=5>',
    "' onmouseover='window.harmed=6",
    "`${window.harmed=7}`",
    "{{ 7 * 7 }} {% raw %}",
    "javascript:window.harmed=8",
    "<!-- -->]]><![CDATA[",
    "&lt;b&gt;&amp;&#39;",
    "'; drop table cases; --",
    "$1 $& \\1 \\n %s %d {n}",
    "=2+5+cmd|' /C calc'!A0",
    "+1+1",
    "-1",
    "@SUM(1)",
    "../../etc/passwd",
    "a,b;c\td=e&f#g?h|i",
    "100% %E0%A4%A %zz",
    "مرحبا بالعالم",
    "\u202eright to left\u202c",
    "שלום (1) עולם",
    "田中\u3000由美\u200b🇯🇵",
    "👩‍👩‍👧‍👦🏳️‍🌈 Z̸̡̛͔a̵l̴g̸o̶",
    "𝒻𝓊𝓁𝓁 Ｗｉｄｔｈ ﷽",
    "undefined",
    "null",
    "NaN",
    "__proto__",
    "constructor",
    "(none)x",
    "0",
    "1e400",
    "長" * 300,
    "W" * 300,
    "ﬁ   spaces   ",
    "·\u00a0\ufeff·",
)
# Columns that hold the same names.
DOMAINS: dict[str, tuple[str, ...]] = {
    "activity": (
        "activities.activity",
        "events.activity",
        "process_map_nodes.activity",
        "process_map_edges.from_activity",
        "process_map_edges.to_activity",
        "process_map_segments.from_activity",
        "process_map_segments.to_activity",
        "milestone_variants.activity",
        "milestones.activity",
        "rework_loops.activity",
        "transitions.from_activity",
        "transitions.to_activity",
        "variant_steps.activity",
    ),
    "label": ("activities.label_en", "activities.label_ja"),
    "short": ("activities.short_en", "activities.short_ja"),
    "case_id": (
        "cases.case_id",
        "case_attributes.case_id",
        "events.case_id",
        "kpi_cases.case_id",
        "milestones.case_id",
        "stage_transitions.case_id",
        "stage_visits.case_id",
        "transitions.case_id",
        "stage_funnel.oldest_open_case_id",
    ),
    "segment": (
        "cases.region",
        "cases.sales_representative",
        "cases.sales_team",
        "cases.product_category",
        "cases.lead_source",
        "cases.customer_segment",
        "kpi_values.segment",
        "segment_labels.segment",
    ),
    "segment_label": ("segment_labels.label_en", "segment_labels.label_ja"),
    "stage": ("stage_funnel.stage", "stage_visits.stage", "cases.current_stage"),
    "stage_label": ("stage_funnel.label_en", "stage_funnel.label_ja"),
    "dimension_label": ("dimensions.label_en", "dimensions.label_ja"),
    "phase_label": ("codes.label_en", "codes.label_ja"),
    "selection": ("selections.label_en", "selections.label_ja"),
    "file": ("intake_summary.source_file", "intake_summary.sheet"),
}
KEPT = ("", "(none)", "all")


def renamed(published: Path, file: Path, names: tuple[str, ...]) -> None:
    """Copy a published file and put a naughty name before each name in it."""
    shutil.copy(published, file)
    with Warehouse(file) as warehouse:
        warehouse.run("use marts")
        listed = ", ".join(f"({at}, {sql_literal(name)})" for at, name in enumerate(names))
        warehouse.run(
            f"create temp table naughty as from (values {listed}) as naughty (number, naughty)"
        )
        for columns in DOMAINS.values():
            known = " union ".join(
                f"select {{1}} as known from {{0}} where {{1}} not in {KEPT}".format(
                    *column.split(".")
                )
                for column in columns
            )
            warehouse.run(
                f"""
                create or replace temp table names as
                with known as ({known}),
                numbered as (
                    select known, row_number() over (order by known) - 1 as turn from known
                )
                select known, naughty || ' ' || known as name
                from numbered inner join naughty on number = turn % {len(names)}
                """
            )
            for column in columns:
                table, _, name = column.partition(".")
                warehouse.run(
                    f"update {table} set {name} = names.name from names where known = {name}"
                )


@pytest.fixture(scope="module")
def hostile(
    published: Path, tmp_path_factory: pytest.TempPathFactory, open_: Open
) -> dict[str, Opened]:
    """Return the opened page of the demo log with naughty names, in each language."""
    folder = tmp_path_factory.mktemp("hostile")
    renamed(published, folder / "lead_to_cash.duckdb", NAUGHTY)
    return {
        language: open_(built(folder / "lead_to_cash.duckdb", folder, language))
        for language in LANGUAGES
    }


# Pairs of labels in the picture of the process line that lie on each other.
OVERLAPS = """() => {
    const pictures = [...document.querySelectorAll("svg.process")];
    const picture = pictures.find((each) => each.getClientRects().length);
    const labels = [...picture.querySelectorAll("text")]
        .map((each) => [each.textContent, each.getBoundingClientRect()]);
    const found = [];
    labels.forEach(([text, a], at) => {
        for (const [other, b] of labels.slice(at + 1)) {
            const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (wide > 0.5 && high > 4) found.push([text, other]);
        }
    });
    return found;
}"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_naughty_names_are_text_and_move_nothing(
    language: str, hostile: dict[str, Opened], opened: dict[str, Opened]
) -> None:
    page = hostile[language]
    compared = "outcome=won&compare=rest"
    for width, address in ((390, ""), (1024, compared), (1280, ""), (1280, compared)):
        page.resize(width)
        page.go(address)
        open_all(page.tab)
        page.tab.locator("#table-cases [data-case]").first.click()
        assert page.tab.evaluate("() => document.documentElement.scrollWidth") == width
        page.tab.locator("#table-cases [data-case]").first.click()
        assert page.tab.evaluate(OVERLAPS) == []
    page.go("")
    texts = "\n".join(words_of(page.tab))
    assert [name for name in NAUGHTY if name.strip() not in texts] == []
    # Nothing of a name became an element, an attribute or a script.
    assert page.tab.evaluate("() => window.harmed") is None
    assert page.tab.locator("img, main script, [onload], [onerror], [onmouseover]").count() == 0
    assert page.tab.locator("script").count() == 2
    assert page.said == []
    assert len(page.requests) == 1
    # The rows are where they are with other names.
    rows = "(all) => all.map((each) => each.getAttribute('y'))"
    plain = opened[language]
    plain.go("")
    places = "#map svg.wide .row .hover"
    moved = page.tab.locator(places).evaluate_all(rows)
    assert moved == plain.tab.locator(places).evaluate_all(rows)


def test_naughty_names_select_and_are_restored(hostile: dict[str, Opened], open_: Open) -> None:
    page = hostile["en"]
    page.resize()
    page.go("")
    rows = page.tab.locator("#map svg.wide .row")
    for at in range(0, rows.count(), 12):
        page.go("")
        rows.nth(at).click(position={"x": 700, "y": 12})
        page.wait()
        label = rows.nth(at).locator("title").text_content() or ""
        [chip] = page.chips
        assert chip.split() == f"With {label}".split()
        [cases] = [int(row[2]) for row in page.table("nodes") if row[0] == label]
        assert 0 < cases == page.count
    page.go("")
    open_all(page.tab)
    page.click("#segments .row[data-segment]")
    page.tab.locator("#table-cases [data-case]").nth(1).click()
    assert page.tab.locator(".deal").is_visible()
    address, chips, count = page.address, page.chips, page.count
    again = open_(Path(unquote(page.tab.url.partition("#")[0].removeprefix("file://"))), address)
    assert (again.address, again.chips, again.count) == (address, chips, count)
    assert again.said == page.said == []
    assert again.tab.evaluate("() => window.harmed") is None


# ---- empty, tiny and odd logs ------------------------------------------------------------------

HEAD = "SalesOpportunity,ActivityName,EventTime\n"


def listed(rows: list[tuple[str, str, str]]) -> str:
    return HEAD + "".join(",".join(row) + "\n" for row in rows)


def long_case() -> str:
    """Return a log with a case of 50,000 events, and 400 activities that no list knows."""
    start = datetime(2026, 1, 1)
    rows = [
        ("LONG", f"Step {at % 7}", f"{start + timedelta(minutes=7 * at):%Y-%m-%d %H:%M}")
        for at in range(50_000)
    ]
    rows += [
        (f"C-{at // 4}", f"Rare {at}", f"{start + timedelta(days=at % 4, hours=at)}")
        for at in range(393)
    ]
    return listed(rows)


LOGS: dict[str, Callable[[], str]] = {
    # A row without an activity is rejected.
    "no case": lambda: listed([("A-1", "", "2026-03-01 09:00")]),
    "one event": lambda: listed([("A-1", "Touched", "2026-03-01 09:00")]),
    "400 activities, 50,000 events in a case": long_case,
}


@pytest.fixture(scope="module", params=LOGS)
def odd(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the published file of an odd log."""
    folder = tmp_path_factory.mktemp("odd")
    (folder / "log.csv").write_text(LOGS[request.param](), "utf-8")
    imports.import_files(
        [folder / "log.csv"], DataFolder(folder / "data"), Options(time_zone="Asia/Tokyo")
    )
    return tables(folder / "data")


def test_an_odd_log_gives_a_page_that_says_what_it_lacks(odd: Path, open_: Open) -> None:
    [(cases, events, activities)] = query(
        odd, "select count(distinct case_id), count(*), count(distinct activity) from events"
    )
    for language in LANGUAGES if events < 1000 else ("en",):
        began = time.process_time()
        file = built(odd, odd.parent, language)
        assert time.process_time() - began < 8
        page = open_(file)
        open_all(page.tab)
        assert page.said == []
        assert page.count == cases
        assert [text for text in words_of(page.tab) if any(sign in text for sign in MISSING)] == []
        for section in SECTIONS:
            assert len(page.tab.locator(f"#{section}-title").inner_text()) > 4, section
        for width in (390, 1280):
            page.resize(width)
            assert page.tab.evaluate("() => document.documentElement.scrollWidth") == width
        assert len(page.table("nodes")) == activities
        if cases:
            assert page.tab.evaluate(OVERLAPS) == []
            row = page.tab.locator("#map svg.wide .row")
            assert 1 <= row.count() <= 60
            row.first.click()
            page.wait()
            assert 1 <= page.count <= cases
            page.go("")
            page.tab.locator("#table-cases [data-case]").first.click()
            assert page.tab.locator(".deal").is_visible()
        if language == "en":
            lacks = page.tab.locator("main").inner_text()
            assert "No sales stage in this selection" in lacks
            assert "No KPI changed clearly against the year before" in lacks
            assert ("No step to show" in lacks) == (events < 2)
            assert ("No deal in this selection" in lacks) == (cases == 0)
        assert page.said == []


# ---- what the file holds -----------------------------------------------------------------------


def content(page: report.Page) -> bytes:
    """Return all that a page holds, with its embedded log unpacked."""
    before, _, rest = page.html.partition('id="log">')
    packed, _, after = rest.partition("</script>")
    return (before + after).encode() + gzip.decompress(base64.b64decode(packed))


def columns(page: report.Page) -> list[str]:
    """Return the names of the columns of the embedded log."""
    _, _, packed = page.html.partition('id="log">')
    unpacked = gzip.decompress(base64.b64decode(packed.partition("</script>")[0]))
    header = json.loads(unpacked[4 : 4 + int.from_bytes(unpacked[:4], "little")])
    return [column["name"] for column in header["columns"]]


def test_the_same_input_gives_the_same_bytes(
    published: Path, pages: dict[str, report.Page]
) -> None:
    assert made(published, "ja").html == pages["ja"].html
    assert 200_000 < len(pages["ja"].html.encode()) < 1_500_000


def test_a_page_of_cases_has_no_waits_of_steps_and_a_page_of_tables_no_case(
    published: Path, pages: dict[str, report.Page], tmp_path: Path, open_: Open, ask: Ask
) -> None:
    ids = [case_id.encode() for (case_id,) in ask("select case_id from cases")]
    full = pages["en"]
    cases, tables_ = (made(published, "en", detail) for detail in ("cases", "tables"))
    assert len(full.html) > len(cases.html) > len(tables_.html)
    assert "waits" in columns(full)
    assert columns(tables_) == []
    assert "waits" not in columns(cases)
    assert [case_id for case_id in ids if case_id in content(tables_)] == []
    for held, text in ((cases, "no waits per step"), (tables_, "Tables only: no single case")):
        page = open_(held.write(tmp_path / f"{held.facts.detail}.html"))
        open_all(page.tab)
        assert text in page.tab.locator("#data").inner_text()
        assert page.count == 300
        steps = len(ask("from process_map_edges"))
        assert len(page.table("edges")) == steps
        assert page.said == []
        if held is cases:
            page.go("region=West")
            assert page.count == selected(ask, "region = 'West'")
            page.tab.locator("#table-cases [data-case]").first.click()
            assert "holds no waits" in page.text("cases.deal")
        else:
            # Controls that need cases are away.
            assert page.text("cases.title") == "This page holds no single deal"
            for control in ("[data-pick]", '[data-do="more"]', '[data-view="caseSearch"]'):
                assert page.tab.locator(control).count() == 0
            page.tab.locator("#map svg.wide .row").first.click()
            page.tab.locator('[data-view="steps"]').fill("100")
            page.press("Escape", "/", "]")
            assert (page.address, page.said) == ("", [])


def test_a_page_without_names_holds_none_of_them(
    published: Path, pages: dict[str, report.Page], ask: Ask
) -> None:
    [(people, ids)] = ask(
        "select list(distinct sales_representative), list(distinct case_id) from cases"
    )
    page = made(published, "en", has_names=False)
    held = content(page)
    assert [name for name in people if name and name.encode() in held] == []
    assert [name for name in ids if name.encode() in held] == []
    assert b"OPP-" not in held
    # The same codes in the list of cases and in the embedded log.
    assert page.facts.whole.deals[0].id.encode() in held
    named = content(pages["en"])
    assert [name for name in people if name and name.encode() not in named] == []


def test_the_cells_of_the_page_are_those_of_the_tables(demo_page: Opened, ask: Ask) -> None:
    open_all(demo_page.tab)
    compared = 0
    for name, sql in {
        "nodes": """
            select coalesce(label_en, activity), event_count, case_count, rework_case_count,
                start_count, end_count, wait_median_days, wait_total_days
            from process_map_nodes left join activities using (activity)
        """,
        "edges": """
            select coalesce(a.label_en, from_activity)
                    || ' → ' || coalesce(b.label_en, to_activity),
                transition_count, case_count, median_days, low_days, p90_days, total_days,
                coalesce(value_reporting, 0)
            from process_map_edges
            left join activities as a on a.activity = from_activity
            left join activities as b on b.activity = to_activity
        """,
        "stages": """
            select label_en, entered_cases, went_on_cases, dropped_cases, went_back_cases,
                open_cases, stalled_cases, return_count, median_days, p90_days,
                coalesce(open_value, 0), coalesce(stalled_value, 0), oldest_open_days
            from stage_funnel where entered_cases > 0
        """,
        "kpis": """
            select label_en, value, low, n, target from kpi_values inner join kpis using (kpi)
            where dimension = 'all' and period = 'all'
        """,
    }.items():
        shown = {row[0]: row[1:] for row in demo_page.table(name)}
        for label, *expected in ask(sql):
            for cell, value in zip(shown.pop(label), expected, strict=False):
                assert float(cell or "nan") == pytest.approx(
                    float("nan") if value is None else float(value), rel=1e-9, nan_ok=True
                ), (name, label)
                compared += 1
        assert shown == {}, name
    assert compared > 600
    cards = demo_page.tab.locator(".card").all_inner_texts()
    for label, form, value in ask(
        """
        select label_en, kpis.form, value from kpi_values inner join kpis using (kpi)
        where dimension = 'all' and period = 'all' and is_headline
        """
    ):
        [card] = [card for card in cards if card.startswith(label)]
        figure = "–" if value is None else f"{value:.0f}d" if form == "interval" else f"{value:.0%}"
        assert figure in card.replace(" ", "").replace("\n", ""), card


# ---- nothing jumps; files and tables -----------------------------------------------------------

PLACES = """() => Object.fromEntries(
    [...document.querySelectorAll("#map svg.wide .row[data-activity]")].map((row) => {
        const { activity } = row.dataset;
        const node = document.querySelector(`#map svg.wide .node[data-activity="${activity}"]`);
        const cells = [...row.querySelectorAll("text.end")].slice(0, 4);
        const columns = cells.map((each) => each.getAttribute("x"));
        return [activity, [node.getAttribute("cx"), node.getAttribute("cy"), ...columns]];
    }))"""


def test_no_row_node_or_column_moves(demo_page: Opened) -> None:
    before = demo_page.tab.evaluate(PLACES)
    assert len(before) > 20
    slider = demo_page.tab.locator('[data-view="steps"]')
    arrows = []
    for share in ("70", "100", "90"):
        slider.fill(share)
        arrows.append(demo_page.tab.locator("#map svg.wide .edge").count())
        assert demo_page.tab.evaluate(PLACES) == before
    assert arrows[0] < arrows[2] < arrows[1]
    for address in (
        "region=West",
        "started=2025-06-01,2025-06-30",
        "started=2026-01-01,2026-01-31",
        "variant=1",
        "region=Nowhere",
    ):
        demo_page.go(address)
        assert demo_page.tab.evaluate(PLACES) == before, address
    demo_page.go("")
    rows = demo_page.tab.locator('[data-view="rows"]')
    for share in ("100", "90"):
        rows.fill(share)
        after = demo_page.tab.evaluate(PLACES)
        # More rows may unfold; none changes its column or its order.
        assert [place[0] for key, place in after.items() if key in before] == [
            place[0] for place in before.values()
        ]
        assert [key for key in after if key in before] == list(before)
    assert after == before


def test_a_zoom_shows_one_phase_and_the_measure_changes_the_width(
    demo_page: Opened, ask: Ask
) -> None:
    zoom = demo_page.tab.locator('[data-view="only"]')
    zoom.select_option(label="Quote")
    rows = demo_page.tab.locator("#map svg.wide .row title").all_text_contents()
    assert sorted(rows) == [
        label
        for (label,) in ask(
            "select label_en from activities semi join process_map_nodes using (activity)"
            " where phase = 'quote' order by label_en"
        )
    ]
    zoom.select_option("")
    measure = demo_page.tab.locator('[data-view="measure"]')
    widths = "(all) => all.map((each) => each.getAttribute('stroke-width')).join()"
    lines = demo_page.tab.locator("#map svg.wide .edge .line")
    seen = set()
    for value in ("value", "cases", "count"):
        measure.select_option(value)
        seen.add(lines.evaluate_all(widths))
    assert len(seen) == 3


def test_a_table_is_sorted_by_a_click_and_stays_so(demo_page: Opened) -> None:
    open_all(demo_page.tab)
    heads = demo_page.tab.locator("#table-nodes th")
    heads.nth(2).locator(".sort").click()
    counts = [int(row[2]) for row in demo_page.table("nodes")]
    assert counts == sorted(counts, reverse=True) != sorted(counts)
    assert heads.nth(2).get_attribute("aria-sort") == "descending"
    demo_page.go("region=West")
    counts = [int(row[2]) for row in demo_page.table("nodes")]
    assert counts == sorted(counts, reverse=True)
    heads.nth(2).locator(".sort").click()
    assert [int(row[2]) for row in demo_page.table("nodes")] == counts[::-1]
    heads.nth(0).locator(".sort").click()
    names = [row[0] for row in demo_page.table("nodes")]
    assert names == sorted(names)
    assert heads.nth(0).get_attribute("aria-sort") == "ascending"
    assert heads.nth(2).get_attribute("aria-sort") is None
    heads.nth(6).locator(".sort").click()
    medians = [float(row[6] or "-inf") for row in demo_page.table("nodes")]
    assert medians == sorted(medians, reverse=True)


def saved(page: Opened, button: str) -> tuple[str, bytes]:
    """Return name and content of the file that a button saves."""
    with page.tab.expect_download() as started:
        page.tab.locator(button).first.click()
    return started.value.suggested_filename, Path(started.value.path()).read_bytes()


def test_a_csv_has_the_rows_shown(demo_page: Opened) -> None:
    demo_page.go("region=West")
    open_all(demo_page.tab)
    for table in ("nodes", "edges", "cases", "kpis"):
        name, data = saved(demo_page, f'[data-csv="{table}"]')
        assert name == f"{table}.csv"
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        assert rows[0] == demo_page.tab.locator(f"#table-{table} th").all_text_contents()
        shown = demo_page.table(table)
        assert [[unguarded(cell) for cell in row] for row in rows[1:]] == shown
        assert len(shown) > 5


def unguarded(cell: str) -> str:
    return cell.removeprefix("'") if cell[1:2] in tuple("=+-@\t\r") else cell


def test_a_csv_starts_no_formula(hostile: dict[str, Opened]) -> None:
    page = hostile["en"]
    page.resize()
    page.go("")
    open_all(page.tab)
    cells = [
        cell
        for table in ("nodes", "edges", "cases", "stages", "segments", "variants", "rework")
        for row in csv.reader(
            io.StringIO(saved(page, f'[data-csv="{table}"]')[1].decode("utf-8-sig"), newline="")
        )
        for cell in row
    ]
    formulas = [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")]
    assert [cell for cell in formulas if not re.fullmatch(r"-?[\d.]+(e-?\d+)?", cell)] == []
    assert len([cell for cell in cells if cell.startswith(("'=2+5", "'+1", "'@SUM", "'-1"))]) > 3


def test_the_picture_is_saved_as_svg_and_png(demo_page: Opened) -> None:
    name, svg = saved(demo_page, '[data-do="svg"]')
    assert name == "process-line.svg"
    root = ElementTree.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    rows = demo_page.tab.locator("#map svg.wide .row").count()
    found = root.iterfind(".//*[@class]")
    assert sum(each.get("class", "").startswith("row") for each in found) == rows
    name, png = saved(demo_page, '[data-do="png"]')
    assert (name, png[:8]) == ("process-line.png", b"\x89PNG\r\n\x1a\n")
    size = [int.from_bytes(png[at : at + 4]) for at in (16, 20)]
    assert size == [2 * int(root.get(side, 0)) for side in ("width", "height")]
    # Not one colour: the style went along.
    assert len(png) > 30_000


def test_a_replay_runs_pauses_and_ends_with_the_next_selection(demo_page: Opened) -> None:
    button = demo_page.tab.locator('[data-do="replay"]')
    day = demo_page.tab.locator('[data-replay="date"]')
    button.click()
    demo_page.tab.locator("circle.replay").first.wait_for(state="attached")
    demo_page.tab.wait_for_timeout(300)
    button.click()
    first = day.inner_text()
    assert (button.inner_text(), first[-4:]) == ("Replay by day", "2025")
    demo_page.tab.wait_for_timeout(200)
    assert day.inner_text() == first
    slider = demo_page.tab.locator('[data-replay="day"]')
    slider.fill("200")
    assert day.inner_text() == "18 Oct 2025"
    sizes = demo_page.tab.locator("#map svg.wide circle.replay").evaluate_all(
        "(all) => all.map((each) => Number(each.getAttribute('r'))).filter(Boolean).length"
    )
    assert sizes > 5
    demo_page.go("region=West")
    assert demo_page.tab.locator("circle.replay").count() == 0
    assert (day.inner_text(), slider.is_visible()) == ("", False)


def test_a_replay_is_a_still_for_those_who_want_no_motion(demo_page: Opened) -> None:
    demo_page.tab.emulate_media(reduced_motion="reduce")
    demo_page.tab.locator('[data-do="replay"]').click()
    day = demo_page.tab.locator('[data-replay="date"]')
    before = day.inner_text()
    demo_page.tab.wait_for_timeout(250)
    assert before == day.inner_text() == "1 Apr 2025"
    demo_page.tab.locator('[data-replay="day"]').fill("10")
    assert day.inner_text() == "11 Apr 2025"
    demo_page.tab.emulate_media(reduced_motion="no-preference")


def test_deals_and_paths_are_found_by_a_search_and_a_deal_opens(
    demo_page: Opened, ask: Ask
) -> None:
    [(case_id, events)] = ask(
        "select case_id, event_count from cases order by event_count desc, case_id limit 1"
    )
    demo_page.tab.locator('[data-view="caseSearch"]').fill(case_id.lower())
    assert [row[0] for row in demo_page.table("cases")] == [case_id]
    demo_page.tab.locator(f'#table-cases [data-case="{case_id}"]').click()
    assert f"{events} events" in demo_page.tab.locator(".deal h3").inner_text()
    assert demo_page.tab.locator(".deal svg .node").count() == events
    open_all(demo_page.tab)
    steps = ask(f"select activity from events where case_id = '{case_id}' order by event_number")
    assert [row[1] for row in demo_page.table("deal")] == [activity for (activity,) in steps]
    demo_page.tab.locator(f'#table-cases [data-case="{case_id}"]').click()
    assert demo_page.tab.locator(".deal").count() == 0
    demo_page.tab.locator('[data-view="caseSearch"]').fill("")
    paths = demo_page.tab.locator("#variants .row[data-path] title")
    demo_page.tab.locator('[data-view="pathSearch"]').fill("DISQUAL")
    found = paths.all_text_contents()
    assert found
    assert all("Lead Disqualified" in path for path in found)
    demo_page.tab.locator('[data-view="pathSearch"]').fill("")
    assert paths.count() > len(found)


def test_the_dotted_chart_is_drawn_when_it_is_opened(demo_page: Opened) -> None:
    demo_page.tab.locator('[data-do-open="dotted"] summary').click()
    inked: int = demo_page.tab.locator("canvas").evaluate(
        """(canvas) => { const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            return data.filter((each, at) => at % 4 === 3 && each > 0).length }"""
    )
    assert inked > 3000
