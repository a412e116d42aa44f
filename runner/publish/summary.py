"""The short summary at the end of a run, read from the published file."""

from __future__ import annotations

from pathlib import Path

from runner import messages
from runner.messages import _
from runner.publish import published

SLOWEST_STEPS = 5


def slowest_steps(path: Path) -> list[list[str]]:
    """Return the slowest steps: step, transitions, median, p90 and total days."""
    with published.marts(path) as warehouse:
        rows = warehouse.rows(
            f"""
            select {_label("f", "from_activity")} || ' → ' || {_label("t", "to_activity")},
                transition_count, median_days, p90_days, total_days
            from process_map_edges as edges
            left join activities as f on edges.from_activity = f.activity
            left join activities as t on edges.to_activity = t.activity
            order by total_days desc, from_activity, to_activity limit {SLOWEST_STEPS}
            """
        )
    return [
        [step, f"{count:,}", *(f"{days:,.1f}" for days in numbers)]
        for step, count, *numbers in rows
    ]


def kpis(path: Path) -> list[list[str]]:
    """Return every KPI of the whole log: name, value with unit, cases, status."""
    with published.marts(path) as warehouse:
        rows = warehouse.rows(
            f"""
            select kpis.label_{messages.language()}, value, kpi_values.unit, n,
                codes.label_{messages.language()}
            from kpi_values inner join kpis using (kpi)
            inner join codes on code_type = 'kpi_status' and status = code
            where dimension = 'all' and period_grain = 'all' order by kpi
            """
        )
    return [
        [label, _figure(value, unit), f"{count:,}", status]
        for label, value, unit, count, status in rows
    ]


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return f"{value:.2%}" if unit == "ratio" else _("{days} days", days=f"{value:,.1f}")


def _label(table: str, column: str) -> str:
    return f"coalesce({table}.label_{messages.language()}, edges.{column})"
