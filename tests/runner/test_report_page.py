"""The page in a real browser: what it shows, what a click does, and what it must never do."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import pytest
from axe_playwright_python.sync_playwright import Axe

from runner import messages
from runner.report import page as report
from tests.runner.conftest import Ask, query
from tests.runner.test_selections import dated, follows, occurs, top

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

LANGUAGES = ("en", "ja")
SECTIONS = report.SECTIONS
# Parts that are filled by a choice of the reader only.
ON_DEMAND = {"time.step", "cases.deal"}
# What a figure or word that is missing looks like in JavaScript or Python.
MISSING = ("undefined", "NaN", "null", "[object", "Infinity", "None", "{", "}")
WIDE = {"width": 1280, "height": 800}


@dataclass
class Opened:
    """A page in a tab, with all that it said and asked for."""

    tab: Page
    said: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def wait(self) -> None:
        self.tab.wait_for_selector('html[data-drawn="true"]', state="attached")

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
        contexts.append(browser.new_context(**{"viewport": WIDE, **options}))
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


def built(published: Path, folder: Path, language: str, *arguments: Any, **options: Any) -> Path:
    """Write the page of a published file in a language; return its path."""
    messages.use(language)
    made = report.build(published, *arguments, **options)
    messages.use("en")
    return made.write(folder / f"{language}.html")


@pytest.fixture(scope="module")
def files(published: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the page of the demo log in each language."""
    folder = tmp_path_factory.mktemp("page")
    return {language: built(published, folder, language) for language in LANGUAGES}


@pytest.fixture(scope="module")
def opened(files: dict[str, Path], open_: Open) -> dict[str, Opened]:
    """Return the opened page of the demo log in each language; each test sets its selection."""
    return {language: open_(file) for language, file in files.items()}


@pytest.fixture
def demo_page(opened: dict[str, Opened]) -> Iterator[Opened]:
    """Return the English page of the demo log without a selection; it must stay silent."""
    page = opened["en"]
    page.tab.set_viewport_size(WIDE)
    page.go("")
    page.tab.evaluate("() => { scrollTo(0, 0); document.activeElement.blur() }")
    yield page
    assert page.said == []


@pytest.fixture(scope="module")
def ask(published: Path) -> Ask:
    """Return a function that queries the tables of the demo log."""
    return functools.partial(query, published)


def open_all(page: Page) -> None:
    """Open everything that is folded."""
    page.evaluate("() => document.querySelectorAll('details').forEach((each) => { each.open = true })")


def words_of(page: Page) -> list[str]:
    """Return all texts of the page: visible ones, titles, labels; without code and names of data."""
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


# ---- every section --------------------------------------------------------------------------------


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
JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff]+")


def names_of(ask: Ask) -> set[str]:
    """Return the names in the data: they have no translation."""
    columns = ("sales_representative", "sales_team", "customer_segment", "lead_source", "case_id")
    sources = [f"select {column} from cases" for column in columns]
    sources += ["select source_file from intake_summary", "select sheet from intake_summary"]
    sources += ["select reporting_time_zone from runs", "select versions from runs"]
    sources += ["select content_hash from runs"]
    return {str(name) for source in sources for (name,) in ask(source) if name}


@pytest.mark.parametrize(("language", "other"), [("ja", LATIN), ("en", JAPANESE)])
def test_a_page_has_no_word_of_the_other_language_but_names(
    language: str, other: re.Pattern[str], opened: dict[str, Opened], ask: Ask
) -> None:
    page = opened[language]
    page.go("")
    open_all(page.tab)
    allowed = {word for name in names_of(ask) for word in other.findall(name)}
    found = {(word, text) for text in words_of(page.tab) for word in other.findall(text)}
    assert [pair for pair in sorted(found) if pair[0] not in allowed | COMMON] == []
    assert page.tab.locator("html").get_attribute("lang") == language
