"""Every code of a published table has labels in seeds/template/codes.csv."""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
# The type of codes in a column whose name alone does not tell.
TYPES = {
    ("kpi_values", "status"): "kpi_status",
    ("quality_measures", "status"): "quality_status",
    ("kpis", "direction"): "kpi_direction",
}
# Codes that no test lists: those that a user may add to a seed, and names of segments.
OPEN = {"phase", "waited_for", "segment"}
with (ROOT / "seeds/template/codes.csv").open(encoding="utf-8", newline="") as seed:
    CODES = [(row["code_type"], row["code"]) for row in csv.DictReader(seed)]


def listed(condition: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each column that a condition restricts to a list of texts, with the texts."""
    for column, texts in re.findall(r"(\w+) in \(('[^)]*')\)", condition):
        yield column, re.findall(r"'([^']*)'", texts)


def accepted() -> Iterator[tuple[str, str, list[str]]]:
    """Yield table, column and accepted values of every test and expectation of marts and seeds."""
    models = yaml.safe_load((ROOT / "models/marts/_marts.yml").read_text("utf-8"))["models"]
    seeds = yaml.safe_load((ROOT / "seeds/_seeds.yml").read_text("utf-8"))["seeds"]
    for model in [*models, *(seed for seed in seeds if "schema" in seed["config"])]:
        for test in model.get("data_tests", []):
            if "holds" in test:
                for column, values in listed(test["holds"]["arguments"]["condition"]):
                    yield model["name"], column, values
        for column in model.get("columns", []):
            for test in column.get("data_tests", []):
                yield model["name"], column["name"], test["accepted_values"]["arguments"]["values"]
    for path in (ROOT / "tests/expectations").glob("*.json"):
        for each in json.loads(path.read_text("utf-8"))["expectations"]:
            values = each["kwargs"].get("value_set")
            if isinstance(values, list):
                yield path.stem, each["kwargs"]["column"], values


@pytest.mark.parametrize(("table", "column", "values"), list(accepted()))
def test_every_accepted_code_has_labels(table: str, column: str, values: list[str]) -> None:
    code_type = TYPES.get((table, column), column)
    assert {code for kind, code in CODES if kind == code_type} >= set(values)


def test_every_label_is_of_a_code_in_use() -> None:
    used = {
        (TYPES.get((table, column), column), code)
        for table, column, codes in accepted()
        for code in codes
    }
    assert {code for code in CODES if code[0] not in OPEN} == used
