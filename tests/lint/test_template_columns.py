"""Every column of the template ends in a published one."""

import csv
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
# Published under another name.
PUBLISHED_AS = {
    "opportunity_value": "value",
    "sales_stage": "stage",
    "document_amount": "amount",
    "last_data_update": "as_of",
}
with (ROOT / "seeds/template/template_columns.csv").open(encoding="utf-8", newline="") as seed:
    TEMPLATE = list(csv.DictReader(seed))
MARTS = {
    model["name"]: {column["name"]: column["data_type"] for column in model["columns"]}
    for model in yaml.safe_load((ROOT / "models/marts/_marts.yml").read_text("utf-8"))["models"]
}


def place(column: dict[str, str]) -> str:
    """Return the table that publishes a column of the template, by what the column is."""
    if column["key"] == "last_data_update":
        return "intake_summary"
    # Carried columns are published once per case; case_attributes has the first and last value.
    return "cases" if column["carried"] == "true" else "events"


@pytest.mark.parametrize("column", TEMPLATE, ids=lambda column: column["column_name"])
def test_a_template_column_is_published(column: dict[str, str]) -> None:
    name = PUBLISHED_AS.get(column["key"], column["key"])
    assert name in MARTS[place(column)]


@pytest.mark.parametrize(
    "column",
    [column for column in TEMPLATE if column["value_type"] in ("amount", "rate", "date")],
    ids=lambda column: column["column_name"],
)
def test_a_number_or_date_is_published_of_event_and_case(column: dict[str, str]) -> None:
    name = PUBLISHED_AS.get(column["key"], column["key"])
    assert name in MARTS["events"]
    # A case has several documents; their amounts determine paid_status.
    assert name in MARTS["cases"] or name == "amount"
    kind = {"amount": "decimal(18, 4)", "rate": "decimal(9, 6)", "date": "date"}
    assert MARTS["events"][name] == kind[column["value_type"]]
