"""Every property file follows dbt's own schema.

On DuckDB dbt ignores unknown keys without a message: a misspelt `data_tests:` is a lost test.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml
from dbt.jsonschemas.jsonschemas import resources_schema
from jsonschema import Draft7Validator

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path
    for folder in ("models", "seeds", "macros", "tests")
    for path in (ROOT / folder).rglob("*.y*ml")
    if "fixtures" not in path.parts
)


class TextLoader(yaml.SafeLoader):
    """Loads unquoted dates as text; the schema has no date type."""


TextLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def faults(text: str) -> list[str]:
    """Return the errors of a property file according to dbt's schema, each with its place."""
    content: Any = yaml.load(text, TextLoader)
    return [
        f"{'.'.join(map(str, error.absolute_path))}: {error.message[:300]}"
        for error in Draft7Validator(resources_schema()).iter_errors(content)
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_property_file_follows_the_schema(path: Path) -> None:
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "planted",
    ["descripton: One row per case.", "data_test: [not_null]"],  # codespell:ignore
)
def test_a_misspelt_key_is_caught(planted: str) -> None:
    good = "version: 2\nmodels:\n  - name: cases\n    description: One row per case.\n"
    assert faults(good) == []
    assert any(planted.split(":")[0] in fault for fault in faults(f"{good}    {planted}\n"))
