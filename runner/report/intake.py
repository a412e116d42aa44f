"""What came in, how far the figures can be trusted, and with what the result was made."""

from __future__ import annotations

import json

from runner import messages, vocabulary
from runner.report.contents import Data, Gates, Intake, Measure, Reason, Trust
from runner.report.published import Published


def trust(published: Published) -> Trust:
    """Return how far the figures can be trusted."""
    gates = json.loads(published.run["gates"] or "{}")
    passed = gates.get("passed", 0)
    failed = sum(gates.get(severity, 0) for severity in ("critical", "warning", "info"))
    counts = published.one(
        """
        select cast(coalesce(sum(rejected), 0) as bigint) as rejected,
            cast(coalesce(sum(rows_read), 0) as bigint) as rows,
            cast(coalesce(sum(cells_rejected), 0) as bigint) as cells,
            (select coalesce(avg(case when order_is_certain then 0 else 1 end), 0) from cases)
                as uncertain
        from intake_summary
        """
    )
    return Trust(gates=Gates(passed=passed, total=passed + failed), **counts)


def data(published: Published) -> Data:
    """Return what came in, and with what the result was made."""
    label, remedy = published.label, f"remedy_{messages.language()}"
    intake = published.rows(
        """
        select source_file as file, sheet, rows_read as rows, events, rejected, duplicates,
            cells_rejected as cells, strftime(earliest_at, '%Y-%m-%d') as earliest,
            strftime(latest_at, '%Y-%m-%d') as latest
        from intake_summary order by import_id
        """
    )
    reasons = published.warehouse.rows(
        f"""
        select reasons, max({remedy}), count(*) from rejected_rows
        group by reasons order by count(*) desc, reasons
        """
    )
    measures = published.rows(
        f"""
        select {label} as label, value, "limit", unit, severity, status, {remedy} as remedy
        from quality_measures order by status != 'exceeded', measure
        """
    )
    return Data(
        intake=[Intake(**row) for row in intake],
        reasons=[
            Reason(label=_reason(codes), remedy=remedy, rows=rows)
            for codes, remedy, rows in reasons
        ],
        measures=[Measure(**row) for row in measures],
        versions=json.loads(published.run["versions"] or "{}"),
        content_hash=published.run["content_hash"],
        zone=published.zone,
        run=published.run["run"],
    )


def _reason(codes: str) -> str:
    """Return the texts of the reasons of a rejected row."""
    known = vocabulary.reasons()
    language = messages.language()
    return ", ".join(
        known[code].text[language] if code in known else code for code in codes.split()
    )
