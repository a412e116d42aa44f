"""The embedded log: every case of the published result in columns that the page can filter.

The bytes are the length of the header (4 bytes, little endian), the header as JSON, and the
columns; a column of numbers begins with all its lowest bytes. `page/count.js` reads them. Cases are
ordered by rank of the variant, start and id. A duration is stored as a code: 0 for none, else
1 + round(ln(seconds) * per_e), of at least one second; a value likewise, from 2 on.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from runner.engines.warehouse import quote_identifier, sql_literal
from runner.report.contents import Dimension, Facts, Kpi
from runner.report.published import Published

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Codes per factor e of a duration and of a value: steps of 0.033 and 0.042 %; of 0.4 % in a log of
# many steps. They fit into two bytes: durations of 100 years in seconds, values of 10^12.
FINE, FINE_VALUE, COARSE = 3000, 2370, 250
MANY_STEPS = 400_000
# Flags of a case, as in count.js.
COMPLETE, IN_PHASES, STALLED, OPEN = 1, 2, 4, 8
EXITS = ["next", "skipped", "back", "reopened", "won", "lost", "no_sale", "disqualified", "open"]
EXITS.append("stalled")  # open for longer than the limit of the stage
TYPES = (("u8", 1), ("u16", 2), ("u32", 4))


def per_e(steps: int) -> int:
    """Return the codes per factor e with which the waits of so many steps are stored."""
    return FINE if steps <= MANY_STEPS else COARSE


def resolution(steps: int) -> str:
    """Return the largest error of a stored duration, in percent, as text."""
    return f"{100 * math.expm1(0.5 / per_e(steps)):.2g}"


def code_of(name: str) -> str:
    """Return the code of a person or case; the same name has the same code in every page."""
    return hashlib.sha256(name.encode()).hexdigest()[:8]


class EmbeddedLog:
    """The columns of the embedded log."""

    def __init__(self, published: Published, facts: Facts) -> None:
        self.facts = facts
        self.warehouse = published.warehouse
        self.per_e = per_e(facts.whole.steps)
        self.value_per_e = min(FINE_VALUE, self.per_e)
        self.columns: list[dict[str, Any]] = []
        self.body: list[bytes] = []
        self.header: dict[str, Any] = {
            "cases": facts.whole.cases,
            "perE": self.per_e,
            "valuePerE": self.value_per_e,
            "columns": self.columns,
        }
        self._place_cases()
        self.case_columns = {name for name, *_rest in self.warehouse.rows("describe placed")}
        self._add_variants()
        self._add_cases()
        for dimension in facts.dimensions:
            self._add_dimension(dimension)
        self._number("months", facts.months)
        for kpi in facts.kpis:
            self._add_kpi(kpi)
        self._add_visits()
        self._add_ids()
        if facts.detail == "full":
            transitions = "transitions inner join placed using (case_id)"
            self._add("waits", f"code(elapsed_days) from {transitions}", "place, event_number")
        else:
            self._add("duration", "code(duration_days) from placed")

    def _add(self, name: str, what: str, order: str = "place") -> None:
        """Add a column: the first of a select without its `select`, in an order."""
        self._append(name, self.warehouse.arrays(f"select {what} order by {order}"))

    def _append(self, name: str, selected: dict[str, NDArray[Any]]) -> None:
        """Add the first selected column in the smallest type that holds it."""
        values = next(iter(selected.values()))
        most = int(values.max()) if len(values) else 0
        kind, size = next((kind, size) for kind, size in TYPES if most < 256**size)
        planes = np.ascontiguousarray(values.astype(f"<u{size}")).view(np.uint8).reshape(-1, size).T
        self.columns.append({"name": name, "kind": kind, "length": len(values)})
        self.body.append(planes.tobytes())

    def _add_text(self, name: str, texts: Iterable[str]) -> None:
        data = "\n".join(text.replace("\n", " ") for text in texts).encode()
        self.columns.append({"name": name, "kind": "text", "length": len(data)})
        self.body.append(data)

    def _number(self, table: str, names: Sequence[str]) -> None:
        """Make a table of names and their positions."""
        rows = ", ".join(f"({sql_literal(name)}, {at})" for at, name in enumerate(names))
        self.warehouse.run(
            f"create or replace temp table {table}_numbered as"
            f" select * from (values {rows or '(null, 0)'}) as listed (name, number)"
        )

    def _place_cases(self) -> None:
        """Number the cases in the order in which they are embedded, from 0."""
        self.warehouse.run(
            f"""
            create or replace temp macro code(days) as case
                when days is null or days <= 0 then 0
                else least(65535, 1 + cast(round(
                    ln(greatest(days * 86400.0, 1.0)) * {self.per_e}
                ) as integer))
            end
            """
        )
        self.warehouse.run(
            f"""
            create or replace temp macro value_code(value) as case
                when value is null then 0
                when value <= 0 then 1
                else least(65535, 2 + cast(round(
                    ln(greatest(cast(value as double), 1.0)) * {self.value_per_e}
                ) as integer))
            end
            """
        )
        self.warehouse.run(
            f"""
            create or replace temp table placed as
            select cases.*, stalled.case_id is not null as is_stalled,
                date_diff('day', date '1970-01-01', days.first) - {self.facts.first_day} as start,
                date_diff('day', days.first, days.last) as span,
                strftime(days.first, '%Y-%m') as start_month,
                row_number() over (
                    order by variants.rank, cases.started_at, cases.case_id
                ) - 1 as place
            from cases
            inner join variants on cases.variant_id = variants.variant_id
            inner join case_days as days on cases.case_id = days.case_id
            left join stalled_cases as stalled on cases.case_id = stalled.case_id
            """
        )

    def _add_variants(self) -> None:
        self._number("activities", [activity.name for activity in self.facts.activities])
        steps = """
            from variant_steps inner join variants using (variant_id)
            inner join activities_numbered on variant_steps.activity = activities_numbered.name
        """
        self._add("variant_cases", "case_count from variants", "rank")
        self._add("variant_length", f"count(*) {steps} group by rank", "rank")
        self._add("path", f"number {steps}", "rank, step_number")

    def _add_cases(self) -> None:
        self._add("start", "start from placed")
        self._add("span", "span from placed")
        self._add("value", "value_code(value_reporting) from placed")
        self._add(
            "flags",
            f"""
            cast(coalesce(is_complete, false) as integer) * {COMPLETE}
            + cast(counts_in_phases as integer) * {IN_PHASES}
            + cast(is_stalled as integer) * {STALLED}
            + cast(outcome = 'open' as integer) * {OPEN} from placed
            """,
        )

    def _add_dimension(self, dimension: Dimension) -> None:
        """Add the segment of each case: a column of cases, or a row of case_attributes."""
        self._number("segments", [segment.name for segment in dimension.segments])
        if dimension.code in self.case_columns:
            value, join = f"placed.{quote_identifier(dimension.code)}", ""
        else:
            value = "case_attributes.last_value"
            join = f"""left join case_attributes on case_attributes.case_id = placed.case_id
                and case_attributes.attribute = {sql_literal(dimension.code)}"""
        self._add(
            f"dimension_{dimension.code}",
            f"""number from placed {join} inner join segments_numbered
            on segments_numbered.name = coalesce({value}, '(none)')""",
        )

    def _add_kpi(self, kpi: Kpi) -> None:
        """Add of each case 0, 1 or 2: not in the KPI, in it, in its numerator; month and days."""
        same = f"kpi_cases.case_id = placed.case_id and kpi_cases.kpi = {sql_literal(kpi.code)}"
        members = f"from placed inner join kpi_cases on {same}"
        self._add(
            f"kpi_{kpi.code}",
            f"""case when kpi_cases.kpi is null then 0 when is_counted then 2 else 1 end
            from placed left join kpi_cases on {same}""",
        )
        # Months after that of the start, around the end of the list: mostly the same few numbers.
        months = "inner join months_numbered as m on m.name = kpi_cases.month"
        started = "inner join months_numbered as s on s.name = placed.start_month"
        count = len(self.facts.months)
        later = f"(m.number - s.number + {count}) % {count}"
        self._add(f"kpi_month_{kpi.code}", f"{later} {members} {months} {started}")
        if kpi.form == "interval":
            self._add(f"kpi_days_{kpi.code}", f"code(days) {members}")

    def _add_visits(self) -> None:
        """Add the visits of each case: stage, exit, and the events at which they begin and end.

        Their days are the waits between, except where the end is 0: then they are stored. Those are
        open visits, visits in whole days between times, and all of a page without waits.
        """
        self._number("stages", [stage.code for stage in self.facts.stages])
        self._number("exits", EXITS)
        has_waits = "true" if self.facts.detail == "full" else "false"
        self.warehouse.run(
            f"""
            create or replace temp table visits_placed as
            with days as (
                select case_id, event_number, event_at, sum(coalesce(elapsed_days, 0)) over (
                    partition by case_id order by event_number
                ) as day
                from events left join transitions using (case_id, event_number)
            ),
            -- The first event at the begin and at the end; events at the same time have one day.
            ends as (
                select case_id, visit_number, any_value(days_in_stage) as days_in_stage,
                    min(event_number) filter (where event_at >= entered_at) as first_event,
                    min(day) filter (where event_at >= entered_at) as first_day,
                    min(event_number) filter (where event_at >= left_at) as last_event,
                    min(day) filter (where event_at >= left_at) as last_day
                from stage_visits inner join days using (case_id)
                group by case_id, visit_number
            )
            select placed.place, stage_visits.visit_number, stage_visits.days_in_stage,
                stages_numbered.number as stage, exits_numbered.number as exit,
                coalesce(first_event, 1) as first_event,
                case
                    when {has_waits} and abs(last_day - first_day - ends.days_in_stage) < 1e-6
                        then last_event
                    else 0
                end as last_event
            from stage_visits
            inner join placed using (case_id)
            inner join ends using (case_id, visit_number)
            inner join stages_numbered on stages_numbered.name = stage_visits.stage
            inner join exits_numbered on exits_numbered.name = case
                when stage_visits.is_stalled then 'stalled' else stage_visits.exit
            end
            """
        )
        self._add(
            "visit_count",
            """count(visits_placed.place) from placed
            left join visits_placed on visits_placed.place = placed.place group by placed.place""",
            "placed.place",
        )
        for column in ("stage", "exit", "first_event", "last_event"):
            self._add(f"visit_{column}", f"{column} from visits_placed", "place, visit_number")
        stored = "code(days_in_stage) from visits_placed where last_event = 0"
        self._add("visit_days", stored, "place, visit_number")

    def _add_ids(self) -> None:
        """Add the case ids: as prefix and number where all end in a number, else as text."""
        if not self.facts.has_names:
            self._add_text("ids", map(code_of, self._texts("case_id")))
            return
        parts = r"regexp_extract(case_id, '^(.*?)(\d{1,9})$', ['prefix', 'digits'])"
        prefix = f"{parts}.prefix || '|' || length({parts}.digits)"
        found = sorted({str(text) for text in self._texts(prefix)})
        if len(found) > 255 or any(text.endswith("|0") for text in found):
            self._add_text("ids", self._texts("case_id"))
            return
        self.header["idPrefixes"] = [
            {"text": text.rpartition("|")[0], "width": int(text.rpartition("|")[2])}
            for text in found
        ]
        self._number("prefixes", found)
        joined = f"from placed inner join prefixes_numbered as prefixes on prefixes.name = {prefix}"
        self._add("id_prefix", f"prefixes.number {joined}")
        self._add("id_number", f"cast({parts}.digits as bigint) from placed")

    def _texts(self, what: str) -> list[str]:
        rows = self.warehouse.rows(f"select {what} from placed order by place")
        return [text for (text,) in rows]


def packed(content: Any, log: EmbeddedLog | None) -> bytes:
    """Return the facts, as JSON objects, and the embedded log as bytes, compressed with gzip."""
    header = {**(log.header if log else {"cases": 0, "columns": []}), "facts": content}
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    body = log.body if log else []
    return gzip.compress(b"".join([len(text).to_bytes(4, "little"), text, *body]), 9, mtime=0)
