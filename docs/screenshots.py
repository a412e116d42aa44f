"""Screenshots of all sections of the report, in both languages, light, dark and on a phone.

Writes into docs/screenshots/; the one that README shows is made anew as well.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from runner import messages
from runner.report import page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FloatRect, Page

FOLDER = Path(__file__).parent / "screenshots"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = os.environ.get("L2C_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
COMPARED = "with=Approval%20Returned&compare=rest"
# Name of the view, width and height of the window, its colours, and the selection.
VIEWS = (
    ("light", 1280, 800, "light", ""),
    ("dark", 1280, 800, "dark", ""),
    ("compare", 1280, 800, "light", COMPARED),
    ("phone", 390, 844, "light", ""),
)


def main(published: Path) -> None:
    """Write all screenshots of a published file."""
    shutil.rmtree(FOLDER / "all", ignore_errors=True)
    (FOLDER / "all").mkdir(parents=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--hide-scrollbars"],
        )
        for language in ("en", "ja"):
            messages.use(language)
            file = page.build(published).write(FOLDER / "all" / f"{language}.html")
            for name, width, height, colours, address in VIEWS:
                with_view(browser, file.resolve(), name, (width, height, colours), address)
        browser.close()


def with_view(
    browser: Browser, file: Path, name: str, window: tuple[int, int, str], address: str
) -> None:
    """Open a page in a window, and write its first screen and each section."""
    width, height, colours = window
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if colours == "dark" else "light",
        reduced_motion="reduce",
    )
    tab = context.new_page()
    tab.goto(f"{file.as_uri()}#{address}")
    tab.wait_for_selector('html[data-drawn="true"]', state="attached")
    language = file.stem
    tab.screenshot(path=FOLDER / "all" / f"first-screen-{language}-{name}.png")
    if (language, name) == ("en", "light"):
        # For README: without the beginning of the next section.
        end = tab.locator("#glance").bounding_box()
        assert end is not None
        bottom = end["y"] + end["height"] + 18
        clip: FloatRect = {"x": 0, "y": 0, "width": width, "height": bottom}
        tab.screenshot(path=FOLDER / "first-screen.png", clip=clip)
    # The bar would lie on what is below it.
    tab.evaluate("() => { document.querySelector('.bar').style.position = 'static' }")
    for section in page.SECTIONS:
        shot(tab, section, FOLDER / "all" / f"{section}-{language}-{name}.png")
    context.close()


def shot(tab: Page, section: str, file: Path) -> None:
    """Write a section; in Cases with the first deal open."""
    if section == "cases":
        tab.locator("#table-cases [data-case]").first.click()
    tab.locator(f"#{section}").screenshot(path=file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
