"""A worked example passes with any vars that a user sets in dbt_project.yml."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
READ = {
    path.stem: set(re.findall(r"""var\(['"](\w+)""", path.read_text("utf-8")))
    for path in (ROOT / "models").rglob("*.sql")
}
EXAMPLES = [
    example
    for path in sorted((ROOT / "tests" / "unit").glob("*.yml"))
    for example in yaml.safe_load(path.read_text("utf-8"))["unit_tests"]
    if READ.get(example["model"])
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_an_example_states_the_vars_that_its_model_reads(example: dict) -> None:
    stated = example.get("overrides", {}).get("vars", {})
    assert READ[example["model"]] <= set(stated)


def test_models_read_vars_at_all() -> None:
    assert len(EXAMPLES) > 5
