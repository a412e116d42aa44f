"""Where there is no Chromium for the tests of the page, CI prints how to install one."""

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "requirements" / "chromium.sh"


@pytest.mark.parametrize(
    ("program", "variable", "code"),
    [
        ("chromium", "", 0),
        ("google-chrome", "", 0),
        ("a browser", "a browser", 0),
        ("chromium", "no browser", 1),
        ("firefox", "", 1),
    ],
)
def test_chromium_is_found_or_asked_for(
    program: str, variable: str, code: int, tmp_path: Path
) -> None:
    browser = tmp_path / program
    browser.write_text("#!/bin/sh\n")
    browser.chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", str(SCRIPT)],
        # Neither id nor apt-get is on this path: nothing is installed.
        env={"PATH": str(tmp_path), "L2C_CHROMIUM": variable},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == code
    assert ("apt-get install chromium fonts-noto-cjk" in done.stderr) == bool(code)
