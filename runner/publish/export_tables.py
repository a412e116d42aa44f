"""The tables of the exported workbook: their headers, each with its unit, and their rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from runner import messages, vocabulary, workbooks
from runner.checks import rejected
from runner.engines.warehouse import Warehouse, sql_literal
from runner.messages import _
from runner.publish import export_sql
from runner.workbooks import Column, Table

MOST_CASES = 200_000
MOST_VARIANTS = 1000


@dataclass(frozen=True)
class Export:
    """The tables of a published result, in the current language."""

    warehouse: Warehouse
    zone: str
    currency: str

    def tables(self) -> Iterator[Table]:
        """Yield the tables, each to be written before the next; rejected ones only if any."""
        yield self._kpis()
        yield self._activities()
        yield self._steps()
        yield self._variants()
        yield self._stages()
        yield self._cases()
        for table in rejected.tables(self.warehouse):
            note = _("One row per place in a file that was not imported, with what to do.")
            yield replace(table, note=f"{note} {table.note}".rstrip())

    def _table(
        self, name: str, note: str, query: str, columns: list[Column], **values: object
    ) -> Table:
        sql = query.format(language=messages.language(), **values)
        rows = chain.from_iterable(self.warehouse.batches(sql))
        return Table(name, columns, rows, note)

    @property
    def _value(self) -> Column:
        """The column of values in the reporting currency."""
        return Column(_("value in {currency}", currency=self.currency), "amount")

    def _kpis(self) -> Table:
        return self._table(
            _("KPIs"),
            _(
                "One row per KPI: of the whole log, of its months, of its segments. An interval is"
                " in days, a share in percent."
            ),
            export_sql.KPIS,
            [
                Column(_("KPI"), width=30),
                Column(_("dimension")),
                Column(_("segment"), width=22),
                Column(_("period"), width=22),
                Column(_("value"), "figure"),
                Column(_("low, 95 %"), "figure"),
                Column(_("high, 95 %"), "figure"),
                Column(_("p90"), "figure"),
                Column(_("12 months before"), "figure"),
                Column(_("target"), "figure"),
                Column(_("unit"), width=8),
                Column(_("cases"), "count"),
                Column(_("status"), width=22),
                Column(_("case kind"), width=14),
            ],
            twelve_months=sql_literal(_("12 months to {month}", month="<month>")),
        )

    def _activities(self) -> Table:
        return self._table(
            _("Process line"),
            _("One row per activity, in the order of the process, with the wait before it."),
            export_sql.ACTIVITIES,
            [
                Column(_("activity"), width=30),
                Column(_("phase"), width=12),
                Column(_("track"), width=18),
                Column(_("waits for"), width=10),
                Column(_("events"), "count", has_bars=True),
                Column(_("cases"), "count"),
                Column(_("wait before it, median days"), "days"),
                Column(_("wait before it, p90 days"), "days"),
                Column(_("wait before it, total days"), "days", has_bars=True),
                Column(_("wait before it, {currency} × days", currency=self.currency), "amount"),
                Column(_("cases that start here"), "count"),
                Column(_("cases that end here"), "count"),
                Column(_("direct repeats"), "count"),
                Column(_("cases with two or more"), "count"),
            ],
        )

    def _steps(self) -> Table:
        return self._table(
            _("Steps"),
            _("One row per step from an activity to the next, the most days in total first."),
            export_sql.STEPS,
            [
                Column(_("from"), width=30),
                Column(_("to"), width=30),
                Column(_("transitions"), "count"),
                Column(_("cases"), "count"),
                Column(_("total days"), "days", has_bars=True),
                Column(_("mean days"), "days"),
                Column(_("median days"), "days"),
                Column(_("median: low, 95 %"), "days"),
                Column(_("median: high, 95 %"), "days"),
                Column(_("p90 days"), "days"),
                Column(_("shortest, days"), "days"),
                Column(_("longest, days"), "days"),
                self._value,
            ],
        )

    def _variants(self) -> Table:
        return self._table(
            _("Variants"),
            _(
                "One row per distinct path, the most cases first; those after the first {most}"
                " are the last row.",
                most=f"{MOST_VARIANTS:,}",
            ),
            export_sql.VARIANTS,
            [
                Column(_("rank"), "count", 7),
                Column(_("path"), "wrapped", 90),
                Column(_("activities"), "count"),
                Column(_("cases"), "count", has_bars=True),
                Column(_("share of cases"), "share"),
                Column(_("cumulative share"), "share"),
                Column(_("median days"), "days"),
                self._value,
            ],
            most=MOST_VARIANTS,
            others=sql_literal(_("all other variants")),
        )

    def _stages(self) -> Table:
        return self._table(
            _("Stages"),
            _("One row per sales stage, in their order; days are those of a visit."),
            export_sql.STAGES,
            [
                Column(_("stage"), width=22),
                Column(_("cases entered"), "count", has_bars=True),
                Column(_("went on"), "count"),
                Column(_("dropped out"), "count"),
                Column(_("went back"), "count"),
                Column(_("still there"), "count"),
                Column(_("of these stalled"), "count"),
                Column(_("conversion"), "share"),
                Column(_("median days"), "days"),
                Column(_("p90 days"), "days"),
                Column(_("still there, {currency}", currency=self.currency), "amount"),
                Column(_("stalled, {currency}", currency=self.currency), "amount"),
                Column(_("oldest, days"), "days"),
                Column(_("oldest, case"), width=18),
            ],
        )

    def _cases(self) -> Table:
        note = _("One row per case, the last started first. Times are of {zone}.", zone=self.zone)
        (cases,) = self.warehouse.rows("select count(*) from cases")[0]
        return self._table(
            _("Cases"),
            f"{note} {workbooks.cut(cases, MOST_CASES)}".rstrip(),
            export_sql.CASES,
            [
                Column(_label("SalesOpportunity"), width=18),
                Column(_("case kind"), width=12),
                Column(_("outcome"), width=12),
                Column(_("order status")),
                Column(_("paid status"), width=12),
                Column(_("complete"), "flag"),
                Column(_("stage"), width=14),
                Column(_label("SalesRepresentative"), width=16),
                Column(_label("SalesTeam")),
                Column(_label("Region"), width=12),
                Column(_label("ProductServiceCategory"), width=22),
                Column(_label("LeadSource"), width=14),
                Column(_label("CustomerName"), width=26),
                Column(_label("CustomerSegment"), width=14),
                Column(_label("OpportunityValue"), "amount"),
                Column(_label("Currency"), width=9),
                self._value,
                Column(_label("DiscountRate"), "share"),
                Column(_("first event"), "time"),
                Column(_("last event"), "time"),
                Column(_("days"), "days"),
                Column(_("business days"), "days"),
                Column(_("age in days"), "days"),
                Column(_("events"), "count"),
                Column(_("rework events"), "count"),
                Column(_("rank of its variant"), "count"),
                Column(_label("LossReason"), width=20),
                Column(_label("ExpectedCloseDate"), "date"),
                Column(_label("PromisedDate"), "date"),
                Column(_label("DueDate"), "date"),
            ],
            most=MOST_CASES,
        )


def _label(name: str) -> str:
    """Return the label of a column of the template in the current language."""
    return vocabulary.column_by_name()[name].label[messages.language()]
