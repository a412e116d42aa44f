"""The timeline of one case: its events, the wait before each, and its longest waits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from runner import messages
from runner.engines.warehouse import Warehouse
from runner.faults import DataFault
from runner.messages import _, counted
from runner.publish import published
from runner.values import zones

LONGEST_WAITS = "①②③"
NEAREST_IDS = 3
BAR_WIDTH = 10
EIGHTHS = " ▏▎▍▌▋▊▉"

CASE = """
    select case_id, case_kind, kinds.label_{language} as case_kind_label,
        outcome, outcomes.label_{language} as outcome_label,
        cast(value as double) as value, currency, sales_representative, duration_days,
        reporting_time_zone
    from cases
    left join codes as kinds on kinds.code_type = 'case_kind' and kinds.code = case_kind
    left join codes as outcomes on outcomes.code_type = 'outcome' and outcomes.code = outcome
    cross join runs
    where case_id = ?
"""
EVENTS = """
    with stage_labels as (
        select stage, min(label_{language}) as label from stages group by stage
    )
    select event_number, event_at, event_date, is_date_only, is_future,
        events.activity, activity_label_{language} as activity_label,
        stage, coalesce(stage_labels.label, stage) as stage_label, resource,
        elapsed_days as wait_days,
        transition_count as step_count, median_days as step_median_days
    from events
    left join stage_labels using (stage)
    left join transitions using (case_id, event_number)
    left join process_map_edges using (from_activity, to_activity)
    where case_id = ?
    order by event_number
"""
# The cases of a document of this number, then those with the most similar ids.
NEAREST = """
    with candidates as (
        select case_id, 2 as similarity from events
        where ? in (lead_number, quote_number, order_number, invoice_number, receipt_number)
        union all
        select case_id, jaro_winkler_similarity(lower(case_id), lower(?)) from cases
    )
    select case_id from candidates
    group by case_id order by max(similarity) desc, case_id limit {count}
"""


@dataclass(frozen=True)
class TimelineEvent:
    """One event of the case; `wait_days` and the step's figures are None for the first one."""

    event_number: int
    at: str
    is_date_only: bool
    is_future: bool
    activity: str
    activity_label: str
    stage: str | None
    stage_label: str | None
    resource: str | None
    wait_days: float | None
    step_count: int | None
    step_median_days: float | None


@dataclass(frozen=True)
class Timeline:
    """One case with its events."""

    case_id: str
    case_kind: str
    case_kind_label: str
    outcome: str
    outcome_label: str
    value: float | None
    currency: str | None
    sales_representative: str | None
    duration_days: float
    reporting_time_zone: str
    events: list[TimelineEvent]

    @property
    def longest_waits(self) -> dict[str, TimelineEvent]:
        """The events with the longest waits by mark, the longest first."""
        waited = [event for event in self.events if event.wait_days]
        waited.sort(key=lambda event: (-(event.wait_days or 0), event.event_number))
        return dict(zip(LONGEST_WAITS, waited, strict=False))

    def head(self) -> list[str]:
        """Return lines about the case as a whole."""
        facts = [
            self.case_kind_label,
            self.outcome_label,
            "" if self.value is None else f"{_amount(self.value)} {self.currency or ''}".rstrip(),
            _("owner: {name}", name=self.sales_representative or "–"),
            _("{days} days", days=f"{self.duration_days:,.1f}"),
            counted("{count} event", "{count} events", len(self.events)),
        ]
        zone = _("times in {zone}", zone=self.reporting_time_zone)
        return [self.case_id, _(", ").join([*filter(None, facts), zone])]

    def headers(self) -> list[str]:
        """Return the headers of the table of events."""
        return [
            _("time"),
            _("waited days"),
            _("longest waits"),
            _("activity"),
            _("stage"),
            _("resource"),
        ]

    def rows(self) -> list[list[str]]:
        """Return the rows of the table of events."""
        most = max((event.wait_days or 0 for event in self.events), default=0)
        marks = {event.event_number: mark for mark, event in self.longest_waits.items()}
        return [
            [
                event.at,
                "" if event.wait_days is None else f"{event.wait_days:,.1f}",
                _bar(event.wait_days, most) + marks.get(event.event_number, ""),
                event.activity_label + (_(" (after the as-of moment)") if event.is_future else ""),
                event.stage_label or "",
                event.resource or "",
            ]
            for event in self.events
        ]

    def foot(self) -> list[str]:
        """Return a line for each of the longest waits, with the median of this step in the log."""
        return [self._compared(mark, event) for mark, event in self.longest_waits.items()]

    def _compared(self, mark: str, event: TimelineEvent) -> str:
        before = self.events[event.event_number - 2]
        return counted(
            "{mark} {step}: {days} days; median of {count} such step: {median}",
            "{mark} {step}: {days} days; median of {count} such steps: {median}",
            event.step_count or 0,
            mark=mark,
            step=f"{before.activity_label} → {event.activity_label}",
            days=f"{event.wait_days:,.1f}",
            median=f"{event.step_median_days:,.1f}",
        )

    def as_json(self) -> str:
        """Return the case as JSON, with the names and codes of the published tables."""
        content = asdict(self)
        ranks = {
            event.event_number: rank
            for rank, event in enumerate(self.longest_waits.values(), start=1)
        }
        for event in content["events"]:
            event["longest_wait_rank"] = ranks.get(event["event_number"])
        return json.dumps(content, indent=2, ensure_ascii=False)


def read(path: Path, case_id: str) -> Timeline:
    """Return the timeline of a case; raise `DataFault` with the nearest ids for an unknown one."""
    language = messages.language()
    with published.marts(path) as warehouse:
        found = warehouse.rows(CASE.format(language=language), [case_id])
        if not found:
            raise _unknown(path, case_id, _nearest(warehouse, case_id))
        events = warehouse.rows(EVENTS.format(language=language), [case_id])
    case = dict(zip((each.name for each in fields(Timeline)), found[0], strict=False))
    zone = case["reporting_time_zone"]
    return Timeline(**case, events=[_event(row, zone) for row in events])


def _event(row: tuple[Any, ...], zone: str) -> TimelineEvent:
    number, moment, day, is_date_only, *rest = row
    minute = zones.local_time(moment, zone).isoformat(" ", "minutes")
    return TimelineEvent(number, day.isoformat() if is_date_only else minute, is_date_only, *rest)


def _nearest(warehouse: Warehouse, case_id: str) -> list[str]:
    rows = warehouse.rows(NEAREST.format(count=NEAREST_IDS), [case_id, case_id])
    return [near for (near,) in rows]


def _unknown(path: Path, case_id: str, nearest: Sequence[str]) -> DataFault:
    return DataFault(
        _("there is no case of this id"),
        file=str(path),
        value=case_id,
        expected=_("the id of a case; the nearest: {ids}", ids=_(", ").join(nearest) or "–"),
        remedy=_("copy the id from the export, or from column case_id of marts.cases."),
    )


def _amount(value: float) -> str:
    return f"{value:,.2f}".removesuffix(".00")


def _bar(days: float | None, most: float) -> str:
    """Return a bar of eighths of a character; a wait above 0 has at least one."""
    if not days:
        return ""
    whole, part = divmod(max(1, round(8 * BAR_WIDTH * days / most)), 8)
    return "█" * whole + EIGHTHS[part].strip()
