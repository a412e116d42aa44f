"""The rooms of runner/: planted imports are found, and no module uses private names of another.

`pyproject.toml` has the order of the rooms; `make lint` checks them and runs this file.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUNNER = sorted((ROOT / "runner").rglob("*.py"))
LINTER = ROOT / ".venv-lint" / "bin" / "lint-imports"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the runner in which imports may be planted."""
    if not LINTER.exists() and os.environ.get("L2C_REQUIRE_LINT") != "1":
        pytest.skip(".venv-lint is not made yet, or lacks import-linter: make lint")
    shutil.copytree(ROOT / "runner", tmp_path / "runner")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def linted(copy: Path, module: str, planted: str) -> str:
    """Append a line to a module and return the output of the linter."""
    with (copy / "runner" / module).open("a", encoding="utf-8") as file:
        file.write(f"\n\n{planted}\n")
    done = subprocess.run(
        [LINTER, "--no-logo", "--no-cache"], cwd=copy, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


ROOMS_BROKEN = "A room imports only from rooms below it BROKEN"
CIRCLES_BROKEN = "No modules import each other in a circle BROKEN"
UPWARD = {
    "plain": "from runner.columns import wide",
    "in a function": "def late() -> None:\n    from runner.columns import wide",
    "for types only": (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from runner.columns import wide"
    ),
}


@pytest.mark.parametrize("kind", UPWARD)
def test_an_upward_import_is_found(copy: Path, kind: str) -> None:
    assert ROOMS_BROKEN in linted(copy, "values/numbers.py", UPWARD[kind])


def test_a_new_room_needs_a_place_in_the_order(copy: Path) -> None:
    (copy / "runner" / "attic").mkdir()
    (copy / "runner" / "attic" / "__init__.py").touch()
    assert ROOMS_BROKEN in linted(copy, "attic/box.py", "")


def test_a_circle_within_a_room_is_found(copy: Path) -> None:
    planted = "from runner.landing import land_table"
    assert CIRCLES_BROKEN in linted(copy, "landing/cells.py", planted)


def test_the_runner_as_it_is_keeps_the_order(copy: Path) -> None:
    output = linted(copy, "values/numbers.py", "")
    assert "2 kept, 0 broken" in output


def own_names_used(tree: ast.Module) -> list[str]:
    """Find private names that are imported from a module of the runner."""
    modules = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("runner")
        for alias in node.names
    }
    imported = [
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("runner")
        for alias in node.names
        if alias.name.startswith("_") and alias.name not in ("_", "__version__")
    ]
    return imported + [
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in modules
        and node.attr.startswith("_")
    ]


@pytest.mark.parametrize(
    "path",
    [*RUNNER, *sorted((ROOT / "tests").rglob("*.py"))],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_no_module_uses_private_names_of_another(path: Path) -> None:
    assert own_names_used(ast.parse(path.read_text("utf-8"))) == []


def test_a_use_of_a_private_name_is_found() -> None:
    planted = "from runner.checks import formats\nformats._xml('a')\n"
    assert own_names_used(ast.parse(planted)) == ["formats._xml"]
