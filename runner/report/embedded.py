"""The embedded log: every case of the published file in columns that the page can filter.

Layout of the bytes: the length of the header (4 bytes, little endian), the header as JSON, then the
columns; of a column of numbers first all lowest bytes, then the next ones. `page/count.js` reads it.
Cases are ordered by rank of the variant, start and id. A duration is stored as a code: 0 for none,
else 1 + round(ln(seconds) * per_e), at least one second; a value likewise, from 2 on.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from runner.engines.warehouse import quote_identifier, sql_literal
from runner.report.contents import Dimension, Facts, as_json
from runner.report.published import Published

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Codes per factor e of a duration: a step of 0.033 %, and of 0.4 % in a log of many steps.
FINE, COARSE = 3000, 250
MANY_STEPS = 400_000
# Codes per factor e of a value, from 1 to 10^12.
VALUE_PER_E = 2370
# Flags of a case, as in count.js.
COMPLETE, IN_PHASES, STALLED, OPEN = 1, 2, 4, 8
EXITS = [
    "next", "skipped", "back", "reopened", "won", "lost", "no_sale", "disqualified", "open", "stalled",
]  # fmt: skip


def per_e(steps: int) -> int:
    """Return the codes per factor e that a log of so many steps is stored with."""
    return FINE if steps <= MANY_STEPS else COARSE


def resolution(steps: int) -> str:
    """Return the largest error of a stored duration, in percent, as text."""
    return f"{100 * math.expm1(0.5 / per_e(steps)):.2g}"


class EmbeddedLog:
    """The columns of the embedded log."""

    def __init__(self, published: Published, facts: Facts) -> None:
        self.published = published
        self.facts = facts
        self.warehouse = published.warehouse
        self.per_e = per_e(facts.whole.steps)
        self.columns: list[dict[str, Any]] = []
        self.body: list[bytes] = []
        self.header: dict[str, Any] = {
            "cases": facts.whole.cases,
            "perE": self.per_e,
            "valuePerE": VALUE_PER_E,
            "columns": self.columns,
        }
        self._place_cases()
        self._add_variants()
        self._add_cases()
        for dimension in facts.dimensions:
            self._add_dimension(dimension)
        self._add_kpis()
        self._add_visits()
        self._add_ids()
        if facts.detail == "full":
            self._add_waits()
        else:
            self._add("duration", "select code(duration_days) as v from placed order by place")

    def _add(self, name: str, sql: str) -> None:
        """Add the column `v` of a query, in the smallest type that holds it."""
        self._append(name, self.warehouse.arrays(sql)["v"])

    def _append(self, name: str, values: NDArray[Any]) -> None:
        most = int(values.max()) if len(values) else 0
        kind, size = next((kind, size) for kind, size in (("u8", 1), ("u16", 2), ("u32", 4)) if most < 256**size)
        planes = np.ascontiguousarray(values.astype(f"<u{size}")).view(np.uint8).reshape(-1, size).T
        self.columns.append({"name": name, "kind": kind, "length": len(values)})
        self.body.append(planes.tobytes())

    def _place_cases(self) -> None:
        """Number the cases in the order in which they are embedded, from 0."""
        run = self.warehouse.run
        run(
            f"""create or replace temp macro code(days) as case when days is null or days <= 0 then 0
            else least(65535, 1 + cast(round(ln(greatest(days * 86400.0, 1.0)) * {self.per_e}) as integer)) end"""
        )
        first = f"date '1970-01-01' + {self.facts.first_day}"
        run(
            f"""
            create or replace temp table placed as
            with days as (select case_id, min(event_date) as first, max(event_date) as last from events group by case_id),
            stalled as (select case_id from stage_visits where is_stalled group by case_id)
            select row_number() over (order by variants.rank, cases.started_at, cases.case_id) - 1 as place,
                variants.rank, date_diff('day', {first}, days.first) as start,
                date_diff('day', days.first, days.last) as span, stalled.case_id is not null as is_stalled, cases.*
            from cases
            inner join variants on cases.variant_id = variants.variant_id
            inner join days on cases.case_id = days.case_id
            left join stalled on cases.case_id = stalled.case_id
            """
        )

    def _add_variants(self) -> None:
        self._add("variant_cases", "select case_count as v from variants order by rank")
        names = ", ".join(
            f"({sql_literal(activity.name)}, {at})" for at, activity in enumerate(self.facts.activities)
        )
        steps = f"""
            from variant_steps inner join variants using (variant_id)
            inner join (values {names or "('', 0)"}) as places (activity, number) using (activity)
        """
        self._add("variant_length", f"select count(*) as v {steps} group by rank order by rank")
        self._add("path", f"select number as v {steps} order by rank, step_number")

    def _add_cases(self) -> None:
        self._add("start", "select start as v from placed order by place")
        self._add("span", "select span as v from placed order by place")
        self._add(
            "value",
            f"""select case when value_reporting is null then 0 when value_reporting <= 0 then 1
            else least(65535, 2 + cast(round(ln(greatest(cast(value_reporting as double), 1.0)) * {VALUE_PER_E}) as integer))
            end as v from placed order by place""",
        )
        self._add(
            "flags",
            f"""select cast(coalesce(is_complete, false) as integer) * {COMPLETE}
            + cast(coalesce(counts_in_phases, false) as integer) * {IN_PHASES}
            + cast(is_stalled as integer) * {STALLED}
            + cast(outcome = 'open' as integer) * {OPEN} as v from placed order by place""",
        )

    def _add_dimension(self, dimension: Dimension) -> None:
        codes = ", ".join(f"({sql_literal(each.name)}, {at})" for at, each in enumerate(dimension.segments))
        # A column of the template is a column of cases; any other is a row of case_attributes.
        is_column = dimension.code in self._case_columns()
        value = (
            f"placed.{quote_identifier(dimension.code)}" if is_column else "case_attributes.last_value"
        )
        join = (
            ""
            if is_column
            else f"""left join case_attributes on case_attributes.case_id = placed.case_id
            and case_attributes.attribute = {sql_literal(dimension.code)}"""
        )
        self._add(
            f"dimension_{dimension.code}",
            f"""select number as v from placed {join}
            inner join (values {codes}) as places (segment, number) on places.segment = coalesce({value}, '(none)')
            order by place""",
        )

    def _case_columns(self) -> set[str]:
        return {name for name, *_rest in self.warehouse.rows("describe from published.marts.cases")}

    def _add_kpis(self) -> None:
        months = ", ".join(f"('{month}', {at})" for at, month in enumerate(self.facts.months)) or "('', 0)"
        for kpi in self.facts.kpis:
            members = f"""from placed {{kind}} join kpi_cases
                on kpi_cases.case_id = placed.case_id and kpi_cases.kpi = {sql_literal(kpi.code)}"""
            self._add(
                f"kpi_{kpi.code}",
                f"""select case when kpi_cases.kpi is null then 0 when kpi_cases.is_counted then 2 else 1 end as v
                {members.format(kind="left")} order by place""",
            )
            inner = members.format(kind="inner")
            self._add(
                f"kpi_month_{kpi.code}",
                f"""select number as v {inner} inner join (values {months}) as places (month, number)
                on places.month = kpi_cases.month order by place""",
            )
            if kpi.form == "interval":
                self._add(f"kpi_days_{kpi.code}", f"select code(days) as v {inner} order by place")

    def _add_visits(self) -> None:
        self._add(
            "visit_count",
            """select count(stage_visits.case_id) as v from placed
            left join stage_visits on stage_visits.case_id = placed.case_id group by place order by place""",
        )
        stages = ", ".join(f"({sql_literal(stage.code)}, {at})" for at, stage in enumerate(self.facts.stages))
        exits = ", ".join(f"('{name}', {at})" for at, name in enumerate(EXITS))
        visits = f"""
            from stage_visits inner join placed using (case_id)
            inner join (values {stages or "('', 0)"}) as stage_places (stage, stage_at)
                on stage_places.stage = stage_visits.stage
            inner join (values {exits}) as exit_places (exit, exit_at)
                on exit_places.exit = case when stage_visits.is_stalled then 'stalled' else stage_visits.exit end
            order by place, visit_number
        """
        self._add("visit_stage", f"select stage_at as v {visits}")
        self._add("visit_exit", f"select exit_at as v {visits}")
        self._add("visit_days", f"select code(days_in_stage) as v {visits}")

    def _add_ids(self) -> None:
        """Add the case ids: as prefix and number where all end in a number, else as text."""
        if not self.facts.has_names:
            ids = [row[0] for row in self.warehouse.rows("select substr(sha256(case_id), 1, 8) from placed order by place")]
            self._add_text("ids", ids)
            return
        parts = r"""regexp_extract(case_id, '^(.*?)(\d{1,9})$', ['prefix', 'digits'])"""
        prefixes = self.warehouse.rows(
            f"select distinct {parts}.prefix, length({parts}.digits) from placed order by all"
        )
        if len(prefixes) > 255 or any(not width for _prefix, width in prefixes):
            ids = [row[0] for row in self.warehouse.rows("select case_id from placed order by place")]
            self._add_text("ids", [text.replace("\n", " ") for text in ids])
            return
        self.header["idPrefixes"] = [{"text": text, "width": width} for text, width in prefixes]
        codes = ", ".join(f"({sql_literal(text)}, {width}, {at})" for at, (text, width) in enumerate(prefixes))
        self._add(
            "id_prefix",
            f"""select number as v from placed inner join (values {codes or "('', 0, 0)"}) as places (prefix, width, number)
            on places.prefix = {parts}.prefix and places.width = length({parts}.digits) order by place""",
        )
        self._add("id_number", f"select cast({parts}.digits as bigint) as v from placed order by place")

    def _add_text(self, name: str, texts: Sequence[str]) -> None:
        data = "\n".join(texts).encode()
        self.columns.append({"name": name, "kind": "text", "length": len(data)})
        self.body.append(data)

    def _add_waits(self) -> None:
        self._add(
            "waits",
            """select code(elapsed_days) as v from transitions inner join placed using (case_id)
            order by place, event_number""",
        )


def packed(facts: Facts, log: EmbeddedLog | None) -> bytes:
    """Return the facts and the embedded log as bytes, compressed with gzip."""
    header = {**(log.header if log else {"cases": 0, "columns": []}), "facts": as_json(facts)}
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    raw = b"".join([len(text).to_bytes(4, "little"), text, *(log.body if log else ())])
    return gzip.compress(raw, 9, mtime=0)
