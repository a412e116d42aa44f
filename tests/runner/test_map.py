"""l2c map: the drafted mapping against the known one, and the import with the draft as it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import yaml
from jsonschema import Draft7Validator

from runner.columns import mapping
from runner.columns.draft import of_rows
from runner.columns.profiles import outcome_of
from runner.project import PROJECT

EXAMPLES = PROJECT / "examples"
SCHEMA = json.loads((PROJECT / "runner" / "columns" / "mapping.schema.json").read_text("utf-8"))


def drafted(landed, path: Path, *options: str) -> mapping.Mapping:
    """Draft a mapping for a file, check it against the schema, read it as --map does."""
    output = landed.data_dir.parent / f"{path.stem}.draft.yml"
    output.unlink(missing_ok=True)
    result = landed.invoke("map", path, "-o", output, *options)
    assert result.exit_code == 0, result.output
    Draft7Validator(SCHEMA).validate(yaml.load(output.read_text("utf-8"), yaml.BaseLoader))
    return mapping.read(output)


def events(made: mapping.Mapping) -> set[tuple[Any, ...]]:
    return {
        (event.activity, event.time, *((w.header, set_of(w), w.negated) for w in event.when))
        for event in made.events
    }


def set_of(condition: mapping.Condition) -> frozenset[str]:
    return frozenset(condition.values)


# Examples with a known mapping: how many of its columns are guessed, which events are not.
KNOWN = [
    ("oracle_opportunities", 4, 4, set()),
    # its key is joined from another file
    ("oracle_leads", 2, 2, set()),
    ("oracle_lead_links", 2, 2, set()),
    # the example has no deal closed without sale
    ("oracle_revenue_lines", 4, 4, {"Opportunity Closed Without Sale"}),
    ("oracle_stage_snapshots", 2, 2, set()),
    ("crm_opportunities", 3, 3, set()),
    ("salesforce_history", 5, 5, set()),
    # no payment was reversed
    ("receivables", 5, 5, {"Payment Reversed"}),
]


@pytest.mark.parametrize(("name", "right", "of", "unseen"), KNOWN, ids=[row[0] for row in KNOWN])
def test_the_draft_finds_what_the_known_mapping_has(
    landed, name: str, right: int, of: int, unseen: set[str]
) -> None:
    made = drafted(landed, EXAMPLES / f"{name}.csv")
    known = mapping.read(EXAMPLES / f"{name}.yml")
    found = [
        column for column, header in known.columns.items() if made.columns.get(column) == header
    ]
    if name == "oracle_opportunities":
        # the fifth is the extract time, also a guess
        assert made.columns["LastDataUpdate"] == known.columns["LastDataUpdate"]
        found.remove("LastDataUpdate")
    assert (len(found), len([c for c in known.columns if c != "LastDataUpdate"])) == (right, of)
    assert events(known) - events(made) == {event for event in events(known) if event[0] in unseen}
    assert events(made) <= events(known)
    (entry,) = landed.add(EXAMPLES / f"{name}.csv", mapping=made, time_zone="UTC")
    assert entry.events > 0
    assert entry.rejected == entry.reasons.get("no_event", 0)


def test_the_crm_sample_is_mapped_and_read(landed, shared) -> None:
    """Independent counts: 8,300 filled engage dates, 6,711 deals that were won or lost."""
    path = shared("crm_opportunities/sales_pipeline.csv")
    made = drafted(landed, path)
    assert made.columns == {
        "SalesOpportunity": "opportunity_id",
        "OpportunityValue": "close_value",
        "SalesRepresentative": "sales_agent",
        "ProductServiceCategory": "product",
        "CustomerName": "account",
    }
    assert made.date_formats == ("%m/%d/%Y",)
    (entry,) = landed.add(path, mapping=made)
    assert (entry.rows, entry.events, entry.reasons) == (8_800, 15_011, {"no_event": 500})


def test_the_salesforce_history_is_a_log_of_stages(landed, shared) -> None:
    path = shared("salesforce_sample/OpportunityHistory.csv")
    made = drafted(landed, path)
    known = mapping.read(EXAMPLES / "salesforce_history.yml")
    assert made.columns == known.columns
    assert events(made) == events(known)
    (entry,) = landed.add(path, mapping=made, time_zone="America/Los_Angeles")
    assert (entry.events, entry.rejected) == (entry.rows, 0)


def test_the_report_with_footer_is_mapped_in_japanese(landed, shared) -> None:
    path = shared("field_faults/report_with_footer.csv")
    output = landed.data_dir.parent / "report.yml"
    result = landed.invoke("map", path, "--lang", "ja", "-o", output)
    assert result.exit_code == 0, result.output
    made = mapping.read(output)
    assert made.columns == {
        "SalesOpportunity": "商談 ID",
        "LastDataUpdate": "最終更新日",
        "OpportunityValue": "金額",
        "SalesRepresentative": "商談 所有者",
        "LeadSource": "リードソース",
        "CustomerName": "取引先名",
    }
    assert events(made) == {
        ("Opportunity Created", "作成日"),
        ("Opportunity Won", "完了予定日", ("フェーズ", frozenset({"クローズ済み 成立"}), False)),
        ("Opportunity Lost", "完了予定日", ("フェーズ", frozenset({"クローズ済み 不成立"}), False)),
    }
    content = output.read_text("utf-8")
    assert "# ? Salesforce の見出し" in content
    assert "# そのまま保持する列: 商談名、フェーズ、成立フラグ" in content


@pytest.mark.parametrize(
    ("rows", "columns", "made_events"),
    [
        (
            # a log of its own names
            [
                "Case ID,Event,Complete Timestamp,User",
                "1,odd,2026-04-01 09:00,A",
                "1,even,2026-04-02 09:00,B",
            ],
            {
                "SalesOpportunity": "Case ID",
                "ActivityName": "Event",
                "EventTime": "Complete Timestamp",
                "Resource": "User",
            },
            set(),
        ),
        (
            # amounts of ten digits are no times
            [
                "case,activity,timestamp,Amount",
                "1,odd,1494405206.0,1494405206",
                "1,even,1494405999,1494405207",
            ],
            {
                "SalesOpportunity": "case",
                "ActivityName": "activity",
                "EventTime": "timestamp",
                "OpportunityValue": "Amount",
            },
            set(),
        ),
        (
            # a list of deals with a date per step
            [
                "案件No,見積日,受注日,請求日,担当",
                "1,2026/4/1,2026/4/20,2026/4/30,山田",
                "2,2026/4/3,,,鈴木",
            ],
            {"SalesOpportunity": "案件No", "SalesRepresentative": "担当"},
            {
                ("Quote Issued", "見積日"),
                ("Opportunity Won", "受注日"),
                ("Invoice Generated", "請求日"),
            },
        ),
        (
            # HubSpot's names; amounts are no dates, though five digits may be days of Excel
            [
                "Record ID,Deal Stage,Amount,Create Date,Close Date",
                "7,Closed Won,12500,2026-04-01,2026-05-01",
                "8,Appointment,45000,2026-04-02,",
            ],
            {"SalesOpportunity": "Record ID", "OpportunityValue": "Amount"},
            {
                ("Opportunity Created", "Create Date"),
                ("Opportunity Won", "Close Date", ("Deal Stage", frozenset({"Closed Won"}), False)),
            },
        ),
    ],
    ids=["log", "epoch", "steps", "HubSpot"],
)
def test_other_exports_are_mapped(landed, rows, columns, made_events) -> None:
    path = landed.write("export.csv", "\n".join(rows) + "\n")
    made = drafted(landed, path)
    assert made.columns == columns
    assert events(made) == made_events
    (entry,) = landed.add(path, mapping=made, time_zone="UTC")
    assert entry.events > 0


def test_what_is_not_found_is_left_to_fill_in(landed) -> None:
    path = landed.write("odd.csv", "alpha,beta\nx,1\ny,2\n")
    result = landed.invoke("map", path)
    assert result.exit_code == 0
    assert "#  SalesOpportunity: " in result.stdout
    assert "no column looks like ActivityName; fill it in" in result.stderr
    assert drafted(landed, path).columns == {}


def test_alternatives_and_both_readings_of_dates_are_listed() -> None:
    made = of_rows(
        "x.csv",
        "",
        [
            ["Id", "OpportunityId", "StageName", "CreatedDate"],
            ["1", "A", "Prospecting", "03/04/2026"],
            ["2", "A", "Closed Won", "05/04/2026"],
        ],
    )
    assert made.columns["SalesOpportunity"].header == "OpportunityId"
    assert [other.header for other in made.alternatives["SalesOpportunity"]] == ["Id"]
    assert made.formats == ["%d/%m/%Y"]
    assert len(made.format_evidence) == 2


def test_headers_that_yaml_would_misread_come_back_as_they_are(landed) -> None:
    headers = ["商談 ID", 'Stage: "x", [y]', "Created Date", "#Amount"]
    path = landed.write(
        "odd.csv",
        '商談 ID,"Stage: ""x"", [y]",Created Date,Close Date\n'
        '1,"Won: yes, {a}",2026-04-01,2026-05-01\n2,Lost,2026-04-02,2026-05-02\n',
    )
    made = drafted(landed, path)
    won = next(event for event in made.events if event.activity == "Opportunity Won")
    assert [(rule.header, rule.values) for rule in won.when] == [(headers[1], ("Won: yes, {a}",))]
    (entry,) = landed.add(path, mapping=made)
    assert (entry.events, entry.rejected) == (4, 0)


def test_a_sheet_of_a_workbook_is_chosen_by_its_columns(landed) -> None:
    path = landed.data_dir.parent / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        notes, deals = book.add_worksheet("Notes"), book.add_worksheet("Deals")
        notes.write_row(0, 0, ["hello", "world"])
        notes.write_row(1, 0, ["a", "b"])
        deals.write_row(0, 0, ["report of deals"])
        deals.write_row(2, 0, ["Deal ID", "Owner", "Created Date"])
        deals.write_row(3, 0, ["1", "Sato", "2026-04-01"])
        deals.write_row(4, 0, ["2", "Abe", "2026-04-02"])
    made = drafted(landed, path)
    assert made.columns == {"SalesOpportunity": "Deal ID", "SalesRepresentative": "Owner"}
    assert drafted(landed, path, "--sheet", "Notes").columns == {}
    (entry,) = landed.add(path, mapping=made, sheets=("Deals",))
    assert entry.events == 2


def test_the_command_overwrites_nothing_and_is_named_where_headers_are_unknown(landed) -> None:
    path = landed.write("a.csv", "Opp,Step,When\n1,Won,2026-04-01\n")
    output = landed.write("map.yml", "mine")
    result = landed.invoke("map", path, "-o", output)
    assert (result.exit_code, output.read_text()) == (1, "mine")
    for command in ("import", "inspect"):
        assert "l2c map a.csv" in landed.invoke(command, path).output
    assert landed.invoke("map", landed.data_dir / "none.csv").exit_code == 1
    assert landed.invoke("map", path, "--encoding", "no-such").exit_code == 2


@pytest.mark.parametrize(
    ("value", "activity"),
    [
        ("クローズ済み 成立", "Opportunity Won"),
        ("クローズ済み 不成立", "Opportunity Lost"),
        ("受注", "Opportunity Won"),
        ("受注見込", None),
        ("失注", "Opportunity Lost"),
        ("Closed - Won", "Opportunity Won"),
        ("NO_SALE", "Opportunity Closed Without Sale"),
        ("Prospecting", None),
    ],
)
def test_a_status_means_how_a_deal_ended(value: str, activity: str | None) -> None:
    assert outcome_of(value) == activity
