"""Exchanged columns: a case column full of activities is an error, a log of unknown names not."""

from __future__ import annotations

import pytest

from runner.columns import mapping
from runner.columns.exchanged import Texts, are_exchanged
from runner.columns.options import Options
from runner.faults import DataFault
from runner.inspection import dry_run

STEPS = ("Opportunity Created", "Quote Issued", "Opportunity Won")


def log(cases: int, steps: tuple[str, ...], headers: str, exchanged: bool) -> str:
    rows = [(f"{case:05}", step) for case in range(cases) for step in steps]
    cells = [(step, case) if exchanged else (case, step) for case, step in rows]
    return f"{headers}\n" + "".join(f"{one},{other},2026-04-01\n" for one, other in cells)


def refused(landed, path, **options) -> DataFault:
    with pytest.raises(DataFault) as caught:
        landed.add(path, **options)
    assert not list((landed.data_dir / "landing").glob("0*.parquet"))
    assert "columns look exchanged" in caught.value.problem
    return caught.value


def test_the_field_fault_is_refused_naming_both_columns(landed, shared) -> None:
    path = shared("field_faults/swapped_columns.csv")
    fault = refused(landed, path, time_zone="Asia/Tokyo")
    assert (fault.column, fault.value) == ("SalesOpportunity, ActivityName", "Opportunity Created")
    result = landed.invoke("inspect", path, "--time-zone", "Asia/Tokyo")
    assert result.exit_code == 1
    assert "the columns look exchanged" in result.output
    result = landed.invoke("import", path, "--time-zone", "Asia/Tokyo", "--lang", "ja")
    assert result.exit_code == 1
    assert "列が入れ替わっているようです" in result.output


@pytest.mark.parametrize(
    ("headers", "steps"),
    [
        ("商談番号,アクティビティ,発生日時", ("商談作成", "見積提示済", "成約")),
        ("LeadNumber,ActivityName,EventTime", ("Lead Captured", "Lead Qualified")),
        # most names are the log's own
        (
            "SalesOpportunity,ActivityName,EventTime",
            (*"abcdefgh", "Quote Issued", "Payment Received"),
        ),
    ],
    ids=["Japanese", "leads", "own names"],
)
def test_other_logs_with_exchanged_columns_are_refused(landed, headers: str, steps) -> None:
    refused(landed, landed.write("a.csv", log(40, steps, headers, exchanged=True)))
    landed.add(landed.write("b.csv", log(40, steps, headers, exchanged=False)))


def test_a_mapping_that_exchanges_them_is_refused_too(landed) -> None:
    path = landed.write("a.csv", log(4, STEPS, "deal,step,day", exchanged=False))
    columns = "columns: {SalesOpportunity: step, ActivityName: deal, EventTime: day}\n"
    wrong = mapping.read(landed.write("wrong.yml", columns))
    refused(landed, path, mapping=wrong)


def test_a_log_of_names_that_are_all_unknown_is_no_such_case(landed, shared) -> None:
    columns = "columns: {SalesOpportunity: patient, ActivityName: activity, EventTime: timestamp}"
    mapped = mapping.read(landed.write("patients.yml", columns))
    (patients,) = landed.add(shared("patients/patients.csv"), mapping=mapped)
    assert patients.rows == 21
    assert set(patients.unknown_activities) >= {"check-in", "surgery"}


def test_a_log_of_names_of_its_own_is_doubted_only_when_exchanged(landed) -> None:
    steps = ("triage", "visit", "report")
    headers = "SalesOpportunity,ActivityName,EventTime"
    for exchanged, doubted in ((True, ["columns_exchanged"]), (False, [])):
        path = landed.write("own.csv", log(30, steps, headers, exchanged))
        found = dry_run.inspect(path, Options())
        assert not found.is_refused
        assert [f.reason for f in found.diagnostics if f.reason != "activity_unknown"] == doubted


@pytest.mark.parametrize(
    ("cases", "activities", "exchanged"),
    [
        (Texts(3, 3), Texts(40, 0), True),
        (Texts(3, 3), Texts(3, 3), False),
        (Texts(500, 0), Texts(8, 0), False),
        # by chance a deal has the name of an activity, in a log with its own activity names
        (Texts(500, 1), Texts(8, 0), False),
        (Texts(500, 2), Texts(8, 0), False),
        (Texts(10, 2), Texts(500, 0), True),
        (Texts(0, 0), Texts(0, 0), False),
    ],
)
def test_what_is_known_decides(cases: Texts, activities: Texts, exchanged: bool) -> None:
    assert are_exchanged(cases, activities) == exchanged
