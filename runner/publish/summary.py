"""The short summary at the end of a run, read from the published file."""

from __future__ import annotations

from pathlib import Path

from runner import messages, vocabulary
from runner.engines.warehouse import Warehouse
from runner.messages import _, counted
from runner.values import zones

SLOWEST_STEPS = 5


def headline(path: Path) -> list[str]:
    """Say in lines how much is in a published file and what was refused."""
    with Warehouse() as warehouse:
        _attach(warehouse, path)
        (events, duplicates, rejected, cells) = warehouse.rows(
            "select sum(events), sum(duplicates), sum(rejected), sum(cells_rejected)"
            " from intake_summary"
        )[0]
        cases, variants = warehouse.rows(
            "select (select count(*) from cases), (select count(*) from variants)"
        )[0]
        reasons = warehouse.rows(
            "with named as (select unnest(string_split(reasons, ' ')) as reason from rejected_rows)"
            " select reason, count(*) from named group by reason order by count(*) desc, reason"
        )
        as_of, zone = warehouse.rows("select as_of, reporting_time_zone from runs")[0]
    return [
        _(", ").join(
            [
                counted("{count} event", "{count} events", events),
                counted("{count} case", "{count} cases", cases),
                counted("{count} variant", "{count} variants", variants),
                _("as of {as_of}", as_of=zones.on_the_clock(as_of, zone) if as_of else "–"),
            ]
        ),
        _(", ").join(
            [
                counted("{count} row rejected", "{count} rows rejected", rejected),
                counted("{count} duplicate", "{count} duplicates", duplicates),
                counted("{count} cell rejected", "{count} cells rejected", cells),
            ]
        ),
        *(
            f"  {vocabulary.reasons()[reason].text[messages.language()]} ({reason}): {count:,}"
            for reason, count in reasons
        ),
    ]


def slowest_steps(path: Path) -> list[list[str]]:
    """Give the steps that took the most time in all: step, transitions, median, p90, total days."""
    with Warehouse() as warehouse:
        _attach(warehouse, path)
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
    """Give every KPI of the whole log: name, value with unit, cases, status."""
    with Warehouse() as warehouse:
        _attach(warehouse, path)
        rows = warehouse.rows(
            f"""
            select kpis.label_{messages.language()}, value, kpi_values.unit, n, status
            from kpi_values inner join kpis using (kpi)
            where dimension = 'all' and period_grain = 'all' order by kpi
            """
        )
    statuses = {
        "met": _("target met"),
        "missed": _("target missed"),
        "no_target": _("no target"),
        "too_few": _("too few cases"),
        "low_coverage": _("too few known values"),
        "not_recorded": _("no losses recorded"),
    }
    return [
        [label, _figure(value, unit), f"{count:,}", statuses[status]]
        for label, value, unit, count, status in rows
    ]


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return f"{value:.2%}" if unit == "ratio" else _("{days} days", days=f"{value:,.1f}")


def _label(table: str, column: str) -> str:
    return f"coalesce({table}.label_{messages.language()}, edges.{column})"


def _attach(warehouse: Warehouse, path: Path) -> None:
    warehouse.attach(path, "published")
    warehouse.run("use published.marts")
