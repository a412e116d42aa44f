"""Mapping files: other headers, wide files, joins; and errors in a mapping."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from decimal import Decimal

import pytest

from runner.columns import mapping
from runner.faults import DataFault, WrongUsage
from runner.project import PROJECT

moment = datetime.fromisoformat
EXAMPLES = PROJECT / "examples"
DEALS = (
    "id,engaged,closed,stage,who,value\n"
    "D1,2026-04-01,2026-04-10,Won,ann,100\n"
    "D2,2026-04-02,2026-04-11, Lost ,bob,\n"
    "D3,2026-04-03,,Open,zoe,5\n"
    "D4,,,Open,ann,\n"
    "D5,,2026-04-12,Open,ann,\n"
    "D6,soon,,Open,ann,\n"
)
MAPPING = """
columns: {SalesOpportunity: id, OpportunityValue: value, SalesRepresentative: who}
join: [{file: team.csv, on: {who: name}, columns: {Region: region}}]
events:
  - {activity: 商談作成, time: engaged}
  - {activity: Opportunity Won, time: closed, when: {stage: Won}}
  - {activity: Opportunity Lost, time: closed, when: {stage: [Lost, Gone]}}
  - {activity: Reviewed, time: engaged, when: {stage: {not: [Open]}, who: {not: bob}}}
set: {Currency: USD}
"""


def read(landed, content: str) -> mapping.Mapping:
    return mapping.read(landed.write("mapping.yml", content))


def test_a_wide_row_lands_one_row_per_event_it_holds(landed) -> None:
    landed.write("team.csv", "name,region\nann,East\nbob,\n")
    [summary] = landed.add(landed.write("deals.csv", DEALS), mapping=read(landed, MAPPING))
    assert landed.rows(
        "source_row, source_order, SalesOpportunity, activity, EventTime, local_date, Region"
    ) == [
        (2, 1, "D1", "Opportunity Created", "2026-04-01", date(2026, 4, 1), "East"),
        (2, 2, "D1", "Opportunity Won", "2026-04-10", date(2026, 4, 10), "East"),
        (2, 3, "D1", "Reviewed", "2026-04-01", date(2026, 4, 1), "East"),
        (3, 4, "D2", "Opportunity Created", "2026-04-02", date(2026, 4, 2), None),
        (3, 5, "D2", "Opportunity Lost", "2026-04-11", date(2026, 4, 11), None),
        (4, 6, "D3", "Opportunity Created", "2026-04-03", date(2026, 4, 3), None),
        (5, 7, "D4", None, None, None, "East"),
        (6, 8, "D5", None, None, None, "East"),
        (7, 9, "D6", "Opportunity Created", "soon", None, "East"),
    ]
    assert landed.rows("source_row, faults, fault_columns", "faults is not null") == [
        (5, "no_event", "engaged, closed"),
        (6, "no_event", "engaged"),
        (7, "time_unreadable", "engaged"),
    ]
    assert landed.rows("raw", "source_row = 5") == [('{"id":"D4","stage":"Open","who":"ann"}',)]
    assert set(landed.rows("Currency, other_columns ->> 'stage'", "source_row < 4")) == {
        ("USD", "Won"),
        ("USD", " Lost "),
    }
    assert landed.rows("ActivityName, opportunity_value", "source_order = 1") == [
        ("商談作成", Decimal(100))
    ]
    assert (summary.rows, summary.events, summary.rejected) == (6, 6, 3)
    assert ("region", "Region") in summary.matched
    assert ("closed", "Opportunity Won") in summary.matched
    assert summary.carried == ("stage",)


def test_a_row_whose_conditions_do_not_hold_names_their_columns(landed) -> None:
    only_won = """
        columns: {SalesOpportunity: id}
        events: [{activity: Opportunity Won, time: closed, when: {stage: Won}}]
    """
    file = landed.write("deals.csv", "id,closed,stage\nD1,2026-04-01,Open\nD2,,Won\n")
    landed.add(file, mapping=read(landed, only_won))
    assert landed.rows("faults, fault_columns") == [("no_event", "stage"), ("no_event", "closed")]


def test_conditions_compare_text_and_empty_cells(landed) -> None:
    rules = """
        columns: {SalesOpportunity: id}
        events:
          - {activity: a, time: at, when: {flag: No}}
          - {activity: b, time: at, when: {flag: ''}}
          - {activity: c, time: at, when: {flag: {not: ''}}}
          - {activity: d, time: at, when: {flag: 007}}
    """
    file = landed.write("d.csv", "id,at,flag\n1,2026-04-01,No\n2,2026-04-01,\n3,2026-04-01,007\n")
    landed.add(file, mapping=read(landed, rules))
    found = landed.rows("SalesOpportunity, activity")
    assert found == [("1", "a"), ("1", "c"), ("2", "b"), ("3", "c"), ("3", "d")]


def test_a_long_file_needs_no_events_and_matches_the_rest_by_header(landed) -> None:
    long = "{columns: {EventTime: when, Resource: Amount}, set: {ActivityName: Payment Received}}"
    file = landed.write("p.csv", "SalesOpportunity,when,Amount,Activity\nA,2026-04-01,5,x\n")
    landed.add(file, mapping=read(landed, long))
    assert landed.rows("SalesOpportunity, activity, Resource, Amount, other_columns") == [
        ("A", "Payment Received", "5", None, '{"Activity":"x"}')
    ]


def test_a_mapping_applies_to_a_sheet_as_well(landed, tmp_path) -> None:
    import xlsxwriter

    path = tmp_path / "deals.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("cover").write(0, 0, "deals of the year")
    sheet = book.add_worksheet("deals")
    for number, line in enumerate(DEALS.splitlines()):
        sheet.write_row(number, 0, line.split(","))
    book.close()
    landed.write("team.csv", "name,region\nann,East\nbob,West\n")
    [summary] = landed.add(path, mapping=read(landed, MAPPING))
    assert (summary.sheet, summary.rows, summary.events) == ("deals", 6, 6)


def test_a_declared_zone_and_several_formats(landed) -> None:
    formats = """
        columns: {SalesOpportunity: id, ActivityName: what, EventTime: at}
        time_zone: America/New_York
        date_format: ["%m/%d/%y %I:%M %p", "%m/%d/%y"]
    """
    file = landed.write(
        "a.csv", "id,what,at,DueDate\nA,x,02/23/26 08:55 PM,03/01/26\nA,y,02/24/26,2026-03-02\n"
    )
    landed.add(file, mapping=read(landed, formats))
    assert landed.rows("event_at, is_date_only, due_date, time_zone") == [
        (moment("2026-02-24 01:55"), False, date(2026, 3, 1), "America/New_York"),
        (moment("2026-02-24 05:00"), True, date(2026, 3, 2), "America/New_York"),
    ]
    landed.add(file, mapping=read(landed, formats), time_zone="UTC", replace=True)
    assert landed.rows("time_zone") == [("UTC",), ("UTC",)]


@pytest.mark.parametrize(
    ("team", "message"),
    [
        ("name,region\nann,East\nbob,West\nann,North\n", "row 4, column name: the key repeats"),
        ("name,area\nann,East\n", "column region: the mapping joins on or takes a column"),
        ("who,region\nann,East\n", "column name: the mapping joins on or takes a column"),
        ("name,region\nann\n", "team.csv, row 2: the row has 1 cell"),
        (None, "team.csv: the file that the mapping joins is not there"),
    ],
)
def test_a_join_that_cannot_be_made_is_refused(landed, team: str | None, message: str) -> None:
    if team is not None:
        landed.write("team.csv", team)
    with pytest.raises(DataFault) as caught:
        landed.add(landed.write("deals.csv", DEALS), mapping=read(landed, MAPPING))
    assert message in str(caught.value)
    assert landed.rows() == []


def test_a_repeated_key_is_named(landed) -> None:
    landed.write("team.csv", "name,region\nann,East\nann,East\n")
    with pytest.raises(DataFault, match="value: 'ann'"):
        landed.add(landed.write("deals.csv", DEALS), mapping=read(landed, MAPPING))


def test_a_join_on_two_columns_takes_the_file_beside_the_mapping(landed, tmp_path) -> None:
    rules = """
        columns: {SalesOpportunity: id, ActivityName: what, EventTime: at}
        join: [{file: names.csv, on: {id: a, what: b}, columns: {Region: c, SalesTeam: a}}]
    """
    (tmp_path / "elsewhere").mkdir()
    data = tmp_path / "elsewhere" / "a.csv"
    data.write_text("id,what,at\nA,x,2026-04-01\nA,y,2026-04-01\n")
    landed.write("names.csv", "a,b,c\nA,x,East\nB,x,West\n")
    landed.add(data, mapping=read(landed, rules))
    assert landed.rows("Region, SalesTeam") == [("East", "A"), (None, None)]


def test_a_header_that_is_not_in_the_file_names_the_nearest(landed) -> None:
    landed.write("team.csv", "name,region\n")
    file = landed.write("deals.csv", DEALS.replace("engaged", "engagd"))
    with pytest.raises(DataFault) as caught:
        landed.add(file, mapping=read(landed, MAPPING))
    assert "deals.csv, column engaged: the mapping mapping.yml names a column" in str(caught.value)
    assert "(nearest: engagd)" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("columnz: {}", "unknown key columnz in the file. Did you mean columns?"),
        (
            "events: [{activity: a, time: t, wen: {}}]",
            "unknown key wen in events.0. Did you mean when?",
        ),
        ("events: [{activity: a}]", "events.0 lacks the key time."),
        ("events: [{activity: a, time: t, when: {s: {nottt: b}}}]", "events.0.when.s"),
        ("events: []", "events cannot be []."),
        ("columns: [a]", 'columns cannot be ["a"].'),
        ("columns: {SalesOportunity: id}", "Did you mean SalesOpportunity?"),
        ("set: {Currencie: USD}", "Currencie under set is not a column of the template."),
        ("join: [{file: a.csv, on: {a: b}, columns: {Area: c}}]", "Area under join is not"),
        ("{columns: {Region: a}, set: {Region: b}}", "Region is filled twice."),
        (
            "{columns: {EventTime: a}, events: [{activity: a, time: t}]}",
            "EventTime is filled twice.",
        ),
        ("columns: {Region: a, Region: b}", "the key Region appears twice."),
        ("columns: {a: b\nset: x", "line 2: this is not readable YAML."),
        ("", "the file cannot be"),
        ("- a", "the file cannot be"),
    ],
)
def test_a_wrong_mapping_is_wrong_usage_and_names_the_key(landed, content, message) -> None:
    with pytest.raises(WrongUsage) as caught:
        read(landed, content)
    assert message in str(caught.value)
    file = landed.write("a.csv", "a\n1\n")
    mapped = landed.data_dir.parent / "mapping.yml"
    outcome = landed.invoke("import", file, "--map", mapped, "--lang", "en")
    assert outcome.exit_code == 2
    assert message in outcome.output


def test_the_crm_example_has_the_events_that_were_counted_by_hand(landed, shared) -> None:
    months_first = shared("crm_opportunities/sales_pipeline.csv")
    example = EXAMPLES / "crm_opportunities.yml"
    outcome = landed.invoke("import", months_first, "--map", example, "--lang", "en")
    assert outcome.exit_code == 0
    assert "8,800 rows read, 15,011 events, 500 rejected, 0 bad cells" in outcome.output
    columns = (
        "SalesOpportunity, activity, local_date, event_at, opportunity_value, Region, Currency"
    )
    first = landed.rows(columns)
    assert len(first) == 15_511
    assert Counter(row[1] for row in first) == {
        "Opportunity Created": 8300,
        "Opportunity Won": 4238,
        "Opportunity Lost": 2473,
        None: 500,
    }
    refused = landed.rows("faults, fault_columns", "faults is not null")
    assert set(refused) == {("no_event", "engage_date, close_date")}
    days_first = shared("crm_opportunities/sales_pipeline_dd-mm-yy.csv")
    landed.invoke("forget", "sales_pipeline.csv")
    outcome = landed.invoke(
        "import", days_first, "--map", example, "--date-format", "%d-%m-%y", "--lang", "en"
    )
    assert outcome.exit_code == 0
    assert landed.rows(columns) == first


def test_the_salesforce_example_has_stage_changes_and_closings(landed, shared) -> None:
    file = shared("salesforce_sample/OpportunityHistory.csv")
    landed.add(
        file, mapping=mapping.read(EXAMPLES / "salesforce_history.yml"), time_zone="Asia/Tokyo"
    )
    assert landed.rows(
        "SalesOpportunity, activity, SalesStage, event_at, opportunity_value, expected_close_date",
        "source_order = 1",
    ) == [
        (
            "006bm00000LKJNNAA5",
            "Sales Stage Changed",
            "Qualification",
            moment("2026-02-23 11:55"),
            Decimal(15000),
            date(2021, 1, 27),
        )
    ]
    activities = [activity for (activity,) in landed.rows("activity")]
    assert len(activities) == 48
    assert activities.count("Opportunity Won") == 19
    assert activities.count("Opportunity Lost") == 8
    assert landed.rows("1", "faults is not null or bad_cells is not null") == []


def test_every_example_is_a_valid_mapping() -> None:
    examples = sorted(EXAMPLES.glob("*.yml"))
    assert len(examples) >= 2
    for example in examples:
        assert mapping.read(example).columns
