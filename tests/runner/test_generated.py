"""Generated pages are current: docs/cli.md from --help, docs/lineage.svg from dbt.

`L2C_WRITE_DOCS=1` writes them instead of comparing.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

from runner import messages
from runner.cli import cli
from runner.project import PROJECT

CLI_PAGE = PROJECT / "docs" / "cli.md"
MARK = "<!-- From here on made from --help by tests/runner/test_generated.py. -->\n"


def is_current(path: Path, made: str) -> bool:
    """Compare a page with its expected content, or write that."""
    if os.environ.get("L2C_WRITE_DOCS") == "1":
        path.write_text(made, "utf-8")
    return path.read_text("utf-8") == made


def help_of(*command: str) -> str:
    """Return the help of a command as a terminal of 80 columns shows it."""
    messages.use("en")
    runner = CliRunner(env={"LC_ALL": "C", "COLUMNS": "80"})
    return runner.invoke(cli, [*command, "--help"], prog_name="l2c", terminal_width=80).output


def test_the_page_of_commands_shows_their_help() -> None:
    head = CLI_PAGE.read_text("utf-8").partition(MARK)[0]
    made = [f"```text\n{help_of()}```\n"]
    made += [f"## l2c {name}\n\n```text\n{help_of(name)}```\n" for name in cli.commands]
    assert is_current(CLI_PAGE, "\n".join([head + MARK, *made]))


@pytest.fixture(scope="module")
def manifest(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return dbt's manifest: of the build by `make test`, else of a parse."""
    if os.environ.get("L2C_TEST_BUILD"):
        folder = demo_folder / "build" / "target"
    else:
        folder = tmp_path_factory.mktemp("parsed")
        dbt = Path(sys.executable).with_name("dbt")
        subprocess.run(
            [dbt, "--quiet", "parse", "--target-path", folder],
            cwd=PROJECT,
            check=True,
            # A build in this process may have switched off the writing of the manifest.
            env=os.environ | {"L2C_DATA_DIR": str(folder), "DBT_WRITE_JSON": "true"},
        )
    content: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    return content


@pytest.fixture(scope="module")
def lineage() -> ModuleType:
    """Return the script, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("lineage", PROJECT / "docs" / "lineage.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["lineage"] = module
    spec.loader.exec_module(module)
    return module


def test_the_picture_of_the_lineage_is_current(
    manifest: dict[str, Any], lineage: ModuleType
) -> None:
    assert is_current(lineage.PICTURE, lineage.drawn(manifest))


def test_an_arrow_that_others_replace_is_left_out(lineage: ModuleType) -> None:
    found = {
        name: lineage.Box(name, "", (), frozenset(reads))
        for name, reads in {"log": "", "stages": ["log"], "marts": ["log", "stages"]}.items()
    }
    assert lineage.reduced(found) == [("log", "stages"), ("stages", "marts")]
    assert [[box.name for box in row] for row in lineage.rows(found)] == [
        ["log"],
        ["stages"],
        ["marts"],
    ]
