"""The figures of the whole log, row by row from the published tables: SQL counted them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from runner.report.contents import (
    Deal,
    Dimension,
    Edge,
    Figures,
    Kpi,
    KpiFigure,
    KpiMonth,
    KpiYear,
    MilestonePath,
    Node,
    Paths,
    PathStep,
    PhasePart,
    Phases,
    Rework,
    SegmentFigure,
    Stage,
    Variant,
    Variants,
)
from runner.report.published import Published

# Number of variants and of milestone paths in the page, and of cases in its list.
TOP = 20
DEALS = 25
# Shares of the steps that lie under the limits of the colours of waits.
SHARES = (0.20, 0.60, 0.85, 0.95)


class WholeLog:
    """The figures of the whole log, numbered as the page numbers its words."""

    def __init__(self, published: Published) -> None:
        self.published = published
        self.rows = published.rows
        self.one = published.one
        self.place = published.place
        self.days = self._days()
        self.months = self._months()
        last = self.one(
            "select max(period) as period from kpi_values where period_grain = 'last_12_months'"
        )
        # The last complete month; null in a log without a KPI.
        self.last_month: str | None = last["period"]

    def figures(self) -> Figures:
        """Return all figures."""
        totals = self.one(
            """
            select count(*) as cases, coalesce(cast(sum(event_count) as bigint), 0) as events,
                coalesce(cast(sum(value_reporting) as double), 0) as value,
                count(value_reporting) as valued
            from cases
            """
        )
        return Figures(
            **totals,
            steps=totals["events"] - totals["cases"],
            first=self.days["first"],
            last=self.days["last"],
            nodes=self._nodes(),
            edges=self._edges(),
            phases=self._phases(),
            kpis=self._kpis(),
            paths=self._paths(),
            variants=self._variants(),
            stages=self._stages(),
            rework=self._rework(),
            extra_days=self._extra_days(),
            starts=self._starts(),
            deals=self._deals(),
        )

    def _days(self) -> dict[str, Any]:
        """Return the first and last date of the log, as texts and as days since 1970."""
        return self.one(
            """
            with days as (select min(first) as first, max(last) as last from case_days)
            select strftime(first, '%Y-%m-%d') as first, strftime(last, '%Y-%m-%d') as last,
                coalesce(date_diff('day', date '1970-01-01', first), 0) as first_day,
                coalesce(date_diff('day', date '1970-01-01', last), 0) as last_day
            from days
            """
        )

    def _nodes(self) -> list[Node]:
        rows = self.rows(
            """
            select activity, event_count as events, case_count as cases,
                rework_case_count as repeats, start_count as starts, end_count as ends,
                self_loop_count as loops, coalesce(cast(value_reporting as double), 0) as value,
                wait_count as waits, wait_median_days as median, wait_p90_days as p90,
                wait_low_days as low, wait_high_days as high, wait_total_days as total,
                coalesce(wait_value_days, 0) as value_days
            from process_map_nodes
            """
        )
        by_name = {row.pop("activity"): Node(**row) for row in rows}
        return [by_name[activity.name] for activity in self.published.activities]

    def _edges(self) -> list[Edge]:
        rows = self.rows(
            """
            select from_activity, to_activity, transition_count as count, case_count as cases,
                median_days as median, p90_days as p90, low_days as low, high_days as high,
                total_days as total, coalesce(cast(value_reporting as double), 0) as value
            from process_map_edges
            """
        )
        edges = [
            Edge(
                from_=self.place[row.pop("from_activity")],
                to=self.place[row.pop("to_activity")],
                **row,
            )
            for row in rows
        ]
        return sorted(edges, key=lambda edge: (edge.from_, edge.to))

    def limits(self) -> list[int]:
        """Return the medians, in whole days, under which the shares of the steps lie."""
        limits = ", ".join(
            f"max(median_days) filter (where before < {share} * whole)" for share in SHARES
        )
        (row,) = self.published.warehouse.rows(
            f"""
            with ordered as (
                select median_days, sum(transition_count) over () as whole,
                    sum(transition_count) over (
                        order by median_days, from_activity, to_activity
                    ) - transition_count as before
                from process_map_edges
            )
            select {limits} from ordered
            """
        )
        found: list[int] = []
        for limit in row:
            found.append(max(found[-1] + 1 if found else 1, round(limit or 0)))
        return found

    def _phases(self) -> Phases | None:
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
                us=days[phase.code]["us"],
                customer=days[phase.code]["customer"],
                system=days[phase.code]["system"],
                unknown=days[phase.code]["unknown"],
            )
            for phase in self.published.phases
        ]
        return Phases(
            population=rows[0]["population"],
            n=rows[0]["n"],
            mean=sum(part.days for part in parts),
            parts=parts,
        )

    def _months(self) -> list[str]:
        """Return all months from the first start or KPI to the last."""
        rows = self.published.warehouse.rows(
            """
            with months as (
                select period as month from kpi_values
                where period_grain in ('month', 'last_12_months')
                union all
                select strftime(first, '%Y-%m') from case_days
            ),
            bounds as (select min(month) as first, max(month) as last from months)
            select strftime(unnest(generate_series(
                cast(first || '-01' as timestamp), cast(last || '-01' as timestamp),
                interval 1 month
            )), '%Y-%m')
            from bounds where first is not null
            """
        )
        return [month for (month,) in rows]

    def _starts(self) -> list[int]:
        """Return the number of cases by month of their first event."""
        rows = self.published.warehouse.rows(
            "select strftime(first, '%Y-%m'), count(*) from case_days group by all"
        )
        counts = dict(rows)
        return [counts.get(month, 0) for month in self.months]

    def _kpis(self) -> list[KpiFigure]:
        rows = self.rows(
            """
            select kpi, period_grain, period, value, n, low, high, p90, status, is_mature,
                baseline_value, baseline_n, change_low, change_high
            from kpi_values where dimension = 'all'
            """
        )
        of = {(row["kpi"], row["period_grain"], row["period"]): row for row in rows}
        return [self._kpi(kpi, of) for kpi in self.published.kpis]

    def _kpi(self, kpi: Kpi, of: dict[tuple[str, str, str], dict[str, Any]]) -> KpiFigure:
        whole = of[kpi.code, "all", "all"]
        year = of.get((kpi.code, "last_12_months", self.last_month or ""), {})
        return KpiFigure(
            **{name: whole[name] for name in ("value", "n", "low", "high", "p90", "status")},
            year=KpiYear(
                value=year.get("value"),
                n=year.get("n", 0),
                baseline=year.get("baseline_value"),
                baseline_n=year.get("baseline_n") or 0,
                change_low=year.get("change_low"),
                change_high=year.get("change_high"),
            ),
            months=[
                self._month(month, of.get((kpi.code, "month", month))) for month in self.months
            ],
        )

    def _month(self, month: str, row: dict[str, Any] | None) -> KpiMonth:
        if row is None:
            is_complete = bool(self.last_month and month <= self.last_month)
            return KpiMonth(
                month=month, value=None, n=0, low=None, high=None, is_mature=is_complete
            )
        names = ("value", "n", "low", "high", "is_mature")
        return KpiMonth(month=month, **{name: row[name] for name in names})

    def segments(self, dimensions: list[Dimension]) -> dict[str, dict[str, list[SegmentFigure]]]:
        """Return each KPI of each segment, by dimension and KPI."""
        rows = self.rows(
            "select dimension, kpi, segment, value, n, low, high from kpi_values"
            " where period_grain = 'all' and dimension != 'all'"
        )
        of = {
            (row.pop("dimension"), row.pop("kpi"), row.pop("segment")): SegmentFigure(**row)
            for row in rows
        }
        none = SegmentFigure(value=None, n=0, low=None, high=None)
        with_figures = {dimension for dimension, _kpi, _segment in of}
        return {
            dimension.code: {
                kpi.code: [
                    of.get((dimension.code, kpi.code, segment.name), none)
                    for segment in dimension.segments
                ]
                for kpi in self.published.kpis
            }
            for dimension in dimensions
            if dimension.code in with_figures
        }

    def _paths(self) -> Paths:
        totals = self.one(
            """
            with paths as (
                select distinct path_id, rank, case_count, cumulative_share from milestone_variants
            )
            select count(*) as count, coalesce(cast(sum(case_count) as bigint), 0) as cases,
                coalesce(min(rank) filter (where cumulative_share >= 0.8), count(*)) as for80
            from paths
            """
        )
        steps: dict[int, list[PathStep]] = defaultdict(list)
        figures: dict[int, dict[str, Any]] = {}
        for row in self.rows(
            f"""
            select rank, activity, mean_occurrences as mean, is_out_of_order as is_out,
                case_count as cases, median_days as median,
                coalesce(cast(value_reporting as double), 0) as value
            from milestone_variants where rank <= {TOP} order by rank, step_number
            """
        ):
            place = self.place[row["activity"]]
            steps[row["rank"]].append(
                PathStep(activity=place, mean=row["mean"], is_out=row["is_out"])
            )
            figures[row["rank"]] = {name: row[name] for name in ("cases", "median", "value")}
        top = [MilestonePath(steps=steps[rank], **figure) for rank, figure in figures.items()]
        return Paths(**totals, top=top)

    def _variants(self) -> Variants:
        totals = self.one(
            """
            select count(*) as count,
                coalesce(min(rank) filter (where cumulative_share >= 0.8), 0) as for80
            from variants
            """
        )
        steps: dict[int, list[int]] = defaultdict(list)
        for rank, activity in self.published.warehouse.rows(
            f"""
            select rank, activity from variant_steps inner join variants using (variant_id)
            where rank <= {TOP} order by rank, step_number
            """
        ):
            steps[rank].append(self.place[activity])
        rows = self.rows(
            f"""
            select rank as number, case_count as cases, median_days as median,
                coalesce(cast(value_reporting as double), 0) as value
            from variants where rank <= {TOP} order by rank
            """
        )
        return Variants(**totals, top=[Variant(steps=steps[row["number"]], **row) for row in rows])

    def _stages(self) -> list[Stage]:
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
            select activity, self_loop_count as loops, repetition_count as repeats,
                rework_case_count as cases,
                coalesce(cast(value_reporting as double), 0) as value
            from rework_loops
            """
        )
        found = [Rework(activity=self.place[row.pop("activity")], **row) for row in rows]
        return sorted(found, key=lambda each: each.activity)

    def _extra_days(self) -> list[float]:
        """Return the extra days of rework by activity; 0 where repeats are normal."""
        days = dict(
            self.published.warehouse.rows(
                "select activity, extra_days from rework_loops where extra_days is not null"
            )
        )
        return [days.get(activity.name, 0.0) for activity in self.published.activities]

    def _deals(self) -> list[Deal]:
        """Return the first cases of the list: stalled, then open, then closed ones, by value."""
        label = self.published.label
        rows = self.rows(
            f"""
            select cases.case_id as id, codes.{label} as outcome,
                coalesce(stage_funnel.{label}, '') as stage,
                stalled.case_id is not null as is_stalled,
                strftime(days.first, '%Y-%m-%d') as start,
                date_diff('day', days.first, case
                    when outcome = 'open' then {self.published.as_of_date} else days.last
                end) as days,
                event_count as events, cast(value_reporting as double) as value,
                coalesce(sales_representative, '') as owner,
                coalesce(segment_labels.{label}, cases.region, '') as region
            from cases
            inner join case_days as days on cases.case_id = days.case_id
            inner join codes on codes.code_type = 'outcome' and codes.code = cases.outcome
            left join stalled_cases as stalled on cases.case_id = stalled.case_id
            left join stage_funnel on cases.current_stage = stage_funnel.stage
            left join segment_labels
                on segment_labels.dimension = 'region' and segment_labels.segment = cases.region
            order by stalled.case_id is null, cases.outcome != 'open',
                value_reporting desc nulls last, cases.case_id
            limit {DEALS}
            """
        )
        return [Deal(**row) for row in rows]
