"""Groups, exposures, selectors and hooks name existing chapters, published tables and tools."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CHAPTERS = {path.parent.name for path in (ROOT / "models").glob("*/*.sql")}


def content(name: str) -> Any:
    """Return the content of a YAML file."""
    return yaml.safe_load((ROOT / name).read_text("utf-8"))


PROJECT = content("dbt_project.yml")["models"]["lead_to_cash"]
ORDER = [name for name in PROJECT if not name.startswith("+")]
GROUPS = content("models/_groups.yml")["groups"]
EXPOSURES = {each["name"]: each for each in content("models/_exposures.yml")["exposures"]}


def published() -> set[str]:
    """Return the published tables that dbt builds: marts, and seeds in their schema."""
    marts = {path.stem for path in (ROOT / "models/marts").glob("*.sql")}
    seeds = content("seeds/_seeds.yml")["seeds"]
    return marts | {seed["name"] for seed in seeds if seed["config"].get("schema") == "marts"}


def test_each_chapter_is_a_group_in_reading_order() -> None:
    assert set(ORDER) == CHAPTERS
    assert [group["name"] for group in GROUPS] == ORDER
    assert {name: PROJECT[name].get("+group") for name in ORDER} == {name: name for name in ORDER}


def test_each_group_has_a_description_and_an_owner() -> None:
    for group in GROUPS:
        assert group["owner"]["name"], group["name"]
        assert re.fullmatch(r"[A-Z].+\.", group["description"]), group["name"]


def test_the_published_file_depends_on_each_published_table() -> None:
    named = EXPOSURES["published_file"]["depends_on"]
    assert named == sorted(f"ref('{name}')" for name in published())


@pytest.mark.parametrize("name", EXPOSURES)
def test_an_exposure_reads_published_tables_only(name: str) -> None:
    assert {f"ref('{each}')" for each in published()} >= set(EXPOSURES[name]["depends_on"])


def test_the_selector_of_a_chapter_has_a_chapter_as_default() -> None:
    (chapter,) = (
        each for each in content("selectors.yml")["selectors"] if each["name"] == "chapter"
    )
    (default,) = re.findall(r"env_var\('L2C_CHAPTER', '(\w+)'\)", chapter["definition"]["value"])
    assert default in CHAPTERS


def test_selectors_name_chapters_that_exist() -> None:
    text = (ROOT / "selectors.yml").read_text("utf-8")
    named = set(re.findall(r"value: models/(\w+)", text))
    assert named <= CHAPTERS


def test_hooks_are_local_and_run_what_make_lint_runs() -> None:
    repos = content(".pre-commit-config.yaml")["repos"]
    assert [each["repo"] for each in repos] == ["local"]
    recipe = (ROOT / "Makefile").read_text("utf-8").replace("$(LINT)/", ".venv-lint/bin/")
    for hook in repos[0]["hooks"]:
        assert hook["entry"] in recipe, hook["id"]
        assert hook["language"] == "system", hook["id"]
