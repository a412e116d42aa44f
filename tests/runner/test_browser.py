"""The browser of the tests is the machine's Chromium, and its absence has a name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.runner.conftest import find_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_a_page_runs_its_script_and_axe_judges_it(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(
        "<html lang=ja><title>受注</title><main><h1>受注</h1><img src=data:,>"
        "<script>document.querySelector('h1').textContent += '登録'</script></main></html>"
    )
    assert page.inner_text("h1") == "受注登録"
    found = Axe().run(page).response["violations"]
    assert [finding["id"] for finding in found] == ["image-alt"]
    page.close()


@pytest.mark.parametrize(
    ("required", "outcome"), [("", pytest.skip.Exception), ("1", pytest.fail.Exception)]
)
def test_without_chromium_a_test_is_skipped_by_name_unless_it_is_required(
    required: str, outcome: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("L2C_REQUIRE_CHROMIUM", required)
    monkeypatch.delenv("L2C_CHROMIUM", raising=False)
    with pytest.raises(outcome, match="no Chromium is here"):
        find_chromium()
    monkeypatch.setenv("L2C_CHROMIUM", "/opt/a-browser")
    assert find_chromium() == "/opt/a-browser"
