"""Reading the published tables into the contents of the page. Only rows to objects: SQL counts."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from runner import messages
from runner.engines.warehouse import Warehouse, WarehouseError, sql_literal
from runner.faults import DataFault
from runner.messages import _
from runner.report.contents import (
    Activity,
    Code,
    Data,
    Deal,
    Dimension,
    Edge,
    Figures,
    Gates,
    Intake,
    Kpi,
    KpiFigure,
    KpiMonth,
    KpiYear,
    Measure,
    MilestonePath,
    Node,
    Paths,
    PathStep,
    PhasePart,
    Phases,
    Reason,
    Rework,
    Segment,
    SegmentFigure,
    Selection,
    Stage,
    Trust,
    Variant,
    Variants,
)

# Number of variants and of milestone paths in the page, and of cases in its list.
TOP = 20
DEALS = 25


class Published:
    """An open published result, and the order in which the page numbers its words."""

    def __init__(self, warehouse: Warehouse, path: Path) -> None:
        self.warehouse = warehouse
        try:
            warehouse.attach(path, "published")
            warehouse.run("use published.marts")
            self.run = self._one("select * from runs")
        except WarehouseError as error:
            raise DataFault(
                _("this is no published result"),
                file=str(path),
                expected=_("a published DuckDB file, or a folder with a folder of Parquet per table"),
                remedy=_("publish first, or check the path."),
            ) from error
        self.label = f"label_{messages.language()}"
        self.zone = sql_literal(self.run["reporting_time_zone"] or "UTC")
        self.labels = self._labels()
        self.phases = self._phases()
        self.activities = self._activities()
        self.place = {activity.name: at for at, activity in enumerate(self.activities)}
        self.kpis = self._kpis()
        self.stages = self._stages()

    @property
    def _as_of_date(self) -> str:
        """The SQL of the date of the as-of moment."""
        return f"(select cast(timezone({self.zone}, timezone('UTC', as_of)) as date) from runs)"

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Return the rows of a query by column name."""
        names, rows = self.warehouse.table(sql)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _one(self, sql: str) -> dict[str, Any]:
        return self.rows(sql)[0]

    # ---- words ------------------------------------------------------------------------------

    def _labels(self) -> dict[str, dict[str, str]]:
        """Return the labels of all codes by code type and code."""
        labels: dict[str, dict[str, str]] = defaultdict(dict)
        for row in self.rows(f"select code_type, code, {self.label} as label from codes order by rank"):
            labels[row["code_type"]][row["code"]] = row["label"]
        return dict(labels)

    def _phases(self) -> list[Code]:
        """Return the phases of the log; `other` holds what the activity list does not name."""
        rows = self.rows(
            f"""
            select coalesce(activities.phase, 'other') as phase, max(codes.{self.label}) as label
            from process_map_nodes
            left join activities on process_map_nodes.activity = activities.activity
            left join codes on codes.code_type = 'phase' and codes.code = activities.phase
            group by coalesce(activities.phase, 'other')
            order by max(codes.rank) nulls last, phase
            """
        )
        return [Code(code=row["phase"], label=row["label"] or "") for row in rows]

    def _activities(self) -> list[Activity]:
        """Return the activities of the log: by rank, then those outside the list by position."""
        phases = {phase.code: at for at, phase in enumerate(self.phases)}
        rows = self.rows(
            f"""
            select nodes.activity, coalesce(activities.{self.label}, nodes.activity) as label,
                coalesce(activities.{self.label.replace("label", "short")}, '') as short,
                coalesce(activities.phase, 'other') as phase,
                coalesce(activities.rank, max(activities.rank) over () + 1, 1) as rank,
                coalesce(activities.track, 'main') as track,
                coalesce(activities.is_milestone, false) as is_milestone,
                coalesce(activities.waited_for, 'unknown') as waited_for,
                coalesce(activities.repeats, 'rework_when_repeated') as repeats
            from process_map_nodes as nodes
            left join activities on nodes.activity = activities.activity
            order by activities.rank nulls last, nodes.mean_position, nodes.activity
            """
        )
        return [
            Activity(
                name=row["activity"],
                phase=phases[row["phase"]],
                **{name: row[name] for name in row if name not in ("activity", "phase")},
            )
            for row in rows
        ]

    def _kpis(self) -> list[Kpi]:
        rows = self.rows(
            f"""
            select kpis.kpi as code, kpis.{self.label} as label, unit, direction, form,
                weight, date_basis, is_headline,
                kpis.{self.label.replace("label", "definition")} as definition,
                (select max(target) from kpi_values where kpi_values.kpi = kpis.kpi) as target
            from kpis order by kpis.rank, kpis.kpi
            """
        )
        return [Kpi(**row) for row in rows]

    def _stages(self) -> list[Code]:
        rows = self.rows(f"select stage, {self.label} as label from stage_funnel order by rank, stage")
        return [Code(code=row["stage"], label=row["label"]) for row in rows]

    def dimensions(self) -> list[Dimension]:
        """Return the dimensions with more than cases without a value; then outcome, kind, stage."""
        found = []
        for dimension in self.rows(
            f"select dimension as code, {self.label} as label from dimensions order by rank, dimension"
        ):
            segments = self.rows(
                f"""
                select segment as name, {self.label} as label from segment_labels
                where dimension = {sql_literal(dimension["code"])}
                order by segment = '(none)', case_count desc, segment
                """
            )
            if [segment["name"] for segment in segments] != ["(none)"]:
                found.append(Dimension(**dimension, segments=[Segment(**each) for each in segments]))
        for code, column in (("outcome", "outcome"), ("case_kind", "case_kind")):
            values = {row["value"] for row in self.rows(f"select distinct {column} as value from cases")}
            named = [Segment(name=each, label=label) for each, label in self.labels[code].items() if each in values]
            if len(named) > 1:
                found.append(Dimension(code=code, label=self._word(code), segments=named))
        if self.stages:
            none = Segment(name="(none)", label=self.labels["segment"]["(none)"])
            segments = [*(Segment(name=stage.code, label=stage.label) for stage in self.stages), none]
            found.append(Dimension(code="current_stage", label=self._word("current_stage"), segments=segments))
        return found

    def _word(self, code: str) -> str:
        return {
            "outcome": _("Outcome"),
            "case_kind": _("Kind"),
            "current_stage": _("Current stage"),
        }[code]

    def selections(self) -> list[Selection]:
        """Return the named selections."""
        rows = self.rows(f"select {self.label} as label, filter from selections order by selection")
        return [Selection(**row) for row in rows]

    # ---- figures of the whole log --------------------------------------------------------------

    def figures(self) -> Figures:
        """Return the figures of the whole log."""
        totals = self._one(
            """
            select count(*) as cases, cast(sum(event_count) as bigint) as events,
                coalesce(cast(sum(value_reporting) as double), 0) as value, count(value_reporting) as valued
            from cases
            """
        )
        events = totals["events"] or 0
        days = self.days()
        return Figures(
            cases=totals["cases"],
            events=events,
            steps=events - totals["cases"],
            value=totals["value"],
            valued=totals["valued"],
            first=days["first"],
            last=days["last"],
            nodes=self._nodes(),
            edges=self._edges(),
            phases=self._phase_means(),
            kpis=self._kpi_figures(),
            paths=self._paths(),
            variants=self._variants(),
            stages=self._stage_figures(),
            rework=self._rework(),
            starts=self._starts(),
            deals=self._deals(),
        )

    def days(self) -> dict[str, Any]:
        """Return the first and last date of the log, as texts and as days since 1970."""
        return self._one(
            """
            select strftime(min(event_date), '%Y-%m-%d') as first, strftime(max(event_date), '%Y-%m-%d') as last,
                coalesce(date_diff('day', date '1970-01-01', min(event_date)), 0) as first_day,
                coalesce(date_diff('day', date '1970-01-01', max(event_date)), 0) as last_day
            from events
            """
        )

    def _nodes(self) -> list[Node]:
        rows = self.rows(
            """
            select activity, event_count as events, case_count as cases, rework_case_count as repeats,
                start_count as starts, end_count as ends, self_loop_count as loops,
                coalesce(cast(value_reporting as double), 0) as value,
                coalesce(wait_count, 0) as waits, wait_median_days as median, wait_p90_days as p90,
                wait_low_days as low, wait_high_days as high, coalesce(wait_total_days, 0) as total,
                coalesce(wait_value_days, 0) as value_days
            from process_map_nodes
            """
        )
        by_name = {row.pop("activity"): Node(**row) for row in rows}
        return [by_name[activity.name] for activity in self.activities]

    def _edges(self) -> list[Edge]:
        rows = self.rows(
            """
            select from_activity, to_activity, transition_count as count, case_count as cases,
                median_days as median, p90_days as p90, low_days as low, high_days as high,
                total_days as total, coalesce(cast(value_reporting as double), 0) as value
            from process_map_edges order by from_activity, to_activity
            """
        )
        edges = [
            Edge(from_=self.place[row.pop("from_activity")], to=self.place[row.pop("to_activity")], **row)
            for row in rows
        ]
        return sorted(edges, key=lambda edge: (edge.from_, edge.to))

    def _phase_means(self) -> Phases | None:
        rows = self.rows(
            "select population, phase, waited_for, mean_days, n from phase_durations"
            " where dimension = 'all' order by phase, waited_for"
        )
        if not rows:
            return None
        days: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for row in rows:
            days[row["phase"]][row["waited_for"]] = row["mean_days"]
        parts = [
            PhasePart(
                phase=phase.code,
                days=sum(days[phase.code].values()),
                **{name: days[phase.code][name] for name in ("us", "customer", "system", "unknown")},
            )
            for phase in self.phases
        ]
        mean = sum(part.days for part in parts)
        return Phases(population=rows[0]["population"], n=rows[0]["n"], mean=mean, parts=parts)

    def months(self) -> list[str]:
        """Return all months from the first to the last of any KPI, and the last complete one."""
        rows = self.rows(
            """
            with bounds as (
                select min(period) as first, max(period) as last from kpi_values
                where period_grain in ('month', 'last_12_months')
            )
            select strftime(unnest(generate_series(
                cast(first || '-01' as timestamp), cast(last || '-01' as timestamp), interval 1 month
            )), '%Y-%m') as month
            from bounds where first is not null
            """
        )
        return [row["month"] for row in rows]

    def last_month(self) -> str | None:
        """Return the last complete month."""
        last = self._one("select max(period) as last from kpi_values where period_grain = 'last_12_months'")
        return str(last["last"]) if last["last"] else None

    def _kpi_figures(self) -> list[KpiFigure]:
        rows = self.rows(
            "select kpi, period_grain, period, value, n, low, high, p90, status, is_mature, baseline_value,"
            " baseline_n, change_low, change_high from kpi_values where dimension = 'all'"
        )
        of = {(row["kpi"], row["period_grain"], row["period"]): row for row in rows}
        months, last = self.months(), self.last_month()
        return [self._kpi_figure(kpi, of, months, last) for kpi in self.kpis]

    def _kpi_figure(
        self, kpi: Kpi, of: dict[tuple[str, str, str], dict[str, Any]], months: list[str], last: str | None
    ) -> KpiFigure:
        nothing = dict.fromkeys(("value", "low", "high", "p90", "baseline_value", "change_low", "change_high"))
        nothing |= {"n": 0, "baseline_n": 0, "status": "too_few"}
        whole = of.get((kpi.code, "all", "all"), nothing)
        year = of.get((kpi.code, "last_12_months", last or ""), nothing)
        return KpiFigure(
            **{name: whole[name] for name in ("value", "n", "low", "high", "p90", "status")},
            year=KpiYear(
                value=year["value"],
                n=year["n"],
                baseline=year["baseline_value"],
                baseline_n=year["baseline_n"] or 0,
                change_low=year["change_low"],
                change_high=year["change_high"],
            ),
            months=[
                KpiMonth(
                    month=month,
                    is_mature=bool(last and month <= last) if row is nothing else row["is_mature"],
                    **{name: row[name] for name in ("value", "n", "low", "high")},
                )
                for month in months
                for row in [of.get((kpi.code, "month", month), nothing)]
            ],
        )

    def segment_figures(self, dimensions: list[Dimension]) -> dict[str, dict[str, list[SegmentFigure]]]:
        """Return each KPI of each segment, by dimension and KPI."""
        rows = self.rows(
            "select dimension, kpi, segment, value, n, low, high from kpi_values"
            " where period_grain = 'all' and dimension != 'all'"
        )
        of = {(row.pop("dimension"), row.pop("kpi"), row.pop("segment")): SegmentFigure(**row) for row in rows}
        none = SegmentFigure(value=None, n=0, low=None, high=None)
        return {
            dimension.code: {
                kpi.code: [of.get((dimension.code, kpi.code, each.name), none) for each in dimension.segments]
                for kpi in self.kpis
            }
            for dimension in dimensions
            if any(key[0] == dimension.code for key in of)
        }

    def _paths(self) -> Paths:
        totals = self._one(
            """
            select count(*) as count, coalesce(cast(sum(case_count) as bigint), 0) as cases,
                coalesce(min(rank) filter (where cumulative_share >= 0.8 - 1e-12), count(*)) as for80
            from (select distinct path_id, rank, case_count, cumulative_share from milestone_variants)
            """
        )
        steps: dict[int, list[PathStep]] = defaultdict(list)
        found: dict[int, dict[str, Any]] = {}
        for row in self.rows(
            f"""
            select rank, activity, mean_occurrences, is_out_of_order, case_count as cases,
                median_days as median, coalesce(cast(value_reporting as double), 0) as value
            from milestone_variants where rank <= {TOP} order by rank, step_number
            """
        ):
            activity, mean, is_out = (row.pop(name) for name in ("activity", "mean_occurrences", "is_out_of_order"))
            rank = row.pop("rank")
            steps[rank].append(PathStep(activity=self.place[activity], mean=mean, is_out=is_out))
            found[rank] = row
        return Paths(**totals, top=[MilestonePath(steps=steps[rank], **row) for rank, row in found.items()])

    def _variants(self) -> Variants:
        totals = self._one(
            "select count(*) as count, coalesce(min(rank) filter (where cumulative_share >= 0.8 - 1e-12), 0) as for80"
            " from variants"
        )
        steps: dict[int, list[int]] = defaultdict(list)
        for row in self.rows(
            f"""
            select rank, activity from variant_steps inner join variants using (variant_id)
            where rank <= {TOP} order by rank, step_number
            """
        ):
            steps[row["rank"]].append(self.place[row["activity"]])
        rows = self.rows(
            f"""
            select rank as number, case_count as cases, median_days as median,
                coalesce(cast(value_reporting as double), 0) as value
            from variants where rank <= {TOP} order by rank
            """
        )
        return Variants(**totals, top=[Variant(steps=steps[row["number"]], **row) for row in rows])

    def _stage_figures(self) -> list[Stage]:
        rows = self.rows(
            """
            select entered_cases as entered, went_on_cases as went_on, dropped_cases as dropped,
                went_back_cases as went_back, open_cases as open, stalled_cases as stalled,
                return_count as returns, median_days as median, p90_days as p90,
                coalesce(cast(open_value as double), 0) as open_value,
                coalesce(cast(stalled_value as double), 0) as stalled_value,
                oldest_open_days as oldest_days, oldest_open_case_id as oldest_case
            from stage_funnel order by rank, stage
            """
        )
        return [Stage(**row) for row in rows]

    def _rework(self) -> list[Rework]:
        rows = self.rows(
            """
            select activity, self_loop_count as loops, repetition_count as repeats, rework_case_count as cases,
                extra_days as extra, coalesce(cast(value_reporting as double), 0) as value
            from rework_loops
            """
        )
        found = [Rework(activity=self.place[row.pop("activity")], **row) for row in rows]
        return sorted(found, key=lambda each: each.activity)

    def _starts(self) -> list[int]:
        """Return the number of cases by month of their first event."""
        rows = self.warehouse.rows(
            """
            with days as (select case_id, min(event_date) as first from events group by case_id)
            select strftime(first, '%Y-%m') as month, count(*) as cases from days group by all
            """
        )
        counts = dict(rows)
        return [counts.get(month, 0) for month in self.months()]

    def _deals(self) -> list[Deal]:
        """Return the first cases of the list: stalled, then open, then closed ones, by value."""
        rows = self.rows(
            f"""
            with stalled as (select case_id from stage_visits where is_stalled group by case_id),
            days as (
                select case_id, min(event_date) as first, max(event_date) as last from events group by case_id
            )
            select cases.case_id as id, cases.outcome, coalesce(stage_funnel.{self.label}, '') as stage,
                stalled.case_id is not null as is_stalled, strftime(days.first, '%Y-%m-%d') as start,
                date_diff('day', days.first, case when outcome = 'open' then {self._as_of_date} else days.last end) as days,
                event_count as events,
                cast(value_reporting as double) as value,
                coalesce(sales_representative, '') as owner,
                coalesce(segment_labels.{self.label}, cases.region, '') as region
            from cases
            inner join days on cases.case_id = days.case_id
            left join stalled on cases.case_id = stalled.case_id
            left join stage_funnel on cases.current_stage = stage_funnel.stage
            left join segment_labels
                on segment_labels.dimension = 'region' and segment_labels.segment = cases.region
            order by stalled.case_id is null, cases.outcome != 'open', value_reporting desc nulls last, cases.case_id
            limit {DEALS}
            """
        )
        return [Deal(**{**row, "outcome": self.labels["outcome"][row["outcome"]]}) for row in rows]

    def outcomes(self) -> list[str]:
        """Return the labels of the outcomes of the log."""
        rows = self.warehouse.rows("select distinct outcome from cases order by outcome")
        return [self.labels["outcome"][outcome] for (outcome,) in rows]

    def currency(self) -> str:
        """Return the reporting currency."""
        return str(self.run["reporting_currency"])

    def currency_label(self) -> str:
        """Return the name of the reporting currency in the current language."""
        from babel.numbers import get_currency_name

        return str(get_currency_name(self.currency(), locale=messages.language()))

    # ---- the run -----------------------------------------------------------------------------

    def as_of(self) -> str | None:
        """Return the date of the as-of moment in the reporting time zone."""
        day = self._one(f"select strftime({self._as_of_date}, '%Y-%m-%d') as day")["day"]
        return str(day) if day else None

    def limits(self) -> list[int]:
        """Return the medians, in whole days, under which 20, 60, 85 and 95 % of the steps lie."""
        shares = (0.20, 0.60, 0.85, 0.95)
        columns = ", ".join(
            f"max(median_days) filter (where before < {share} * whole) as l{at}" for at, share in enumerate(shares)
        )
        row = self._one(
            f"""
            with ordered as (
                select median_days, sum(transition_count) over (
                        order by median_days, from_activity, to_activity
                    ) - transition_count as before, sum(transition_count) over () as whole
                from process_map_edges
            )
            select {columns} from ordered
            """
        )
        found: list[int] = []
        for at in range(len(shares)):
            least = found[-1] + 1 if found else 1
            found.append(max(least, round(row[f"l{at}"] or 0)))
        return found

    def trust(self) -> Trust:
        """Return how far the figures can be trusted."""
        gates = json.loads(self.run["gates"] or "{}")
        failed = sum(gates.get(name, 0) for name in ("critical", "warning", "info"))
        intake = self._one(
            "select coalesce(sum(rejected), 0) as rejected, coalesce(sum(rows_read), 0) as rows,"
            " coalesce(sum(cells_rejected), 0) as cells from intake_summary"
        )
        uncertain = self._one(
            "select coalesce(cast(count(*) filter (where not order_is_certain) as double) / nullif(count(*), 0), 0)"
            " as share from cases"
        )
        return Trust(
            gates=Gates(passed=gates.get("passed", 0), total=gates.get("passed", 0) + failed),
            **{name: int(intake[name]) for name in ("rejected", "rows", "cells")},
            uncertain=uncertain["share"],
        )

    def data(self) -> Data:
        """Return what came in, and with what the published file was made."""
        language = messages.language()
        intake = self.rows(
            """
            select source_file as file, sheet, rows_read as rows, events, rejected, duplicates,
                cells_rejected as cells, strftime(earliest_at, '%Y-%m-%d') as earliest,
                strftime(latest_at, '%Y-%m-%d') as latest
            from intake_summary order by import_id
            """
        )
        reasons = self.rows(
            f"""
            select reasons, max(remedy_{language}) as remedy, count(*) as rows
            from rejected_rows group by reasons order by count(*) desc, reasons
            """
        )
        measures = self.rows(
            f"""
            select {self.label} as label, value, "limit", unit, severity, status, remedy_{language} as remedy
            from quality_measures order by status != 'exceeded', measure
            """
        )
        return Data(
            intake=[Intake(**row) for row in intake],
            reasons=[Reason(label=_reason(row["reasons"]), remedy=row["remedy"], rows=row["rows"]) for row in reasons],
            measures=[Measure(**row) for row in measures],
            versions=json.loads(self.run["versions"] or "{}"),
            content_hash=self.run["content_hash"],
            zone=self.run["reporting_time_zone"] or "UTC",
            run=self.run["run"],
        )


def _reason(codes: str) -> str:
    from runner import vocabulary

    known = vocabulary.reasons()
    language = messages.language()
    return ", ".join(known[code].text[language] if code in known else code for code in codes.split())
