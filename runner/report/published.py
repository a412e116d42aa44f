"""An open published result: its rows, and the words of the page in their order."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from runner import messages
from runner.engines.warehouse import Warehouse, sql_literal
from runner.messages import _
from runner.report.contents import Activity, Code, Dimension, Kpi, Segment, Selection


class Published:
    """A published result, with the activities, phases, KPIs and stages of the page."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        self.run = self.one("select * from runs")
        language = messages.language()
        self.label, self.short = f"label_{language}", f"short_{language}"
        self.definition = f"definition_{language}"
        self.zone = self.run["reporting_time_zone"] or "UTC"
        # The SQL of the date of the as-of moment.
        self.as_of_date = (
            f"(select cast(timezone({sql_literal(self.zone)}, timezone('UTC', as_of)) as date)"
            " from runs)"
        )
        # The first and last date of each case, and the cases with a stalled visit.
        warehouse.run(
            "create temp table case_days as select case_id, min(event_date) as first,"
            " max(event_date) as last from events group by case_id"
        )
        warehouse.run(
            "create temp table stalled_cases as select case_id from stage_visits"
            " where is_stalled group by case_id"
        )
        self.labels = self._labels()
        self.phases = self._phases()
        self.activities = self._activities()
        self.place = {activity.name: at for at, activity in enumerate(self.activities)}
        self.kpis = self._kpis()
        self.stages = self._stages()

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Return the rows of a query by column name."""
        names, rows = self.warehouse.table(sql)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def one(self, sql: str) -> dict[str, Any]:
        """Return the first row of a query by column name."""
        return self.rows(sql)[0]

    def _labels(self) -> dict[str, dict[str, str]]:
        """Return the labels of all codes by code type and code."""
        labels: dict[str, dict[str, str]] = defaultdict(dict)
        codes = f"select code_type, code, {self.label} from codes order by rank, code_type, code"
        for code_type, code, label in self.warehouse.rows(codes):
            labels[code_type][code] = label
        return dict(labels)

    def _phases(self) -> list[Code]:
        """Return the phases of the log; `other` holds what the activity list does not name."""
        rows = self.rows(
            f"""
            select coalesce(activities.phase, 'other') as code,
                coalesce(max(codes.{self.label}), '') as label
            from process_map_nodes
            left join activities on process_map_nodes.activity = activities.activity
            left join codes on codes.code_type = 'phase' and codes.code = activities.phase
            group by coalesce(activities.phase, 'other')
            order by max(codes.rank) nulls last, code
            """
        )
        return [Code(**row) for row in rows]

    def _activities(self) -> list[Activity]:
        """Return the activities of the log: by rank, then those outside the list by position."""
        phases = {phase.code: at for at, phase in enumerate(self.phases)}
        rows = self.rows(
            f"""
            select nodes.activity as name,
                coalesce(activities.{self.label}, nodes.activity) as label,
                coalesce(activities.{self.short}, '') as short,
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
        return [Activity(**{**row, "phase": phases[row["phase"]]}) for row in rows]

    def _kpis(self) -> list[Kpi]:
        rows = self.rows(
            f"""
            select kpi as code, {self.label} as label, unit, direction, form, weight, date_basis,
                is_headline, {self.definition} as definition,
                (select max(target) from kpi_values where kpi_values.kpi = kpis.kpi) as target
            from kpis order by rank, kpi
            """
        )
        return [Kpi(**row) for row in rows]

    def _stages(self) -> list[Code]:
        rows = self.rows(
            f"select stage as code, {self.label} as label from stage_funnel order by rank, stage"
        )
        return [Code(**row) for row in rows]

    def dimensions(self) -> list[Dimension]:
        """Return the dimensions of the log, then outcome, kind and current stage of a case.

        A dimension without any value is left out; so are outcome and kind with one value.
        """
        listed = self.rows(
            f"select dimension as code, {self.label} as label from dimensions order by rank, code"
        )
        found = [Dimension(**row, segments=self._segments(row["code"])) for row in listed]
        found = [each for each in found if [one.name for one in each.segments] != ["(none)"]]
        for code, label in (("outcome", _("Outcome")), ("case_kind", _("Kind"))):
            values = {value for (value,) in self.warehouse.rows(f"select {code} from cases")}
            named = [
                Segment(name=name, label=words)
                for name, words in self.labels[code].items()
                if name in values
            ]
            if len(named) > 1:
                found.append(Dimension(code=code, label=label, segments=named))
        if self.stages:
            named = [Segment(name=stage.code, label=stage.label) for stage in self.stages]
            named.append(Segment(name="(none)", label=self.labels["segment"]["(none)"]))
            label = _("Current stage")
            found.append(Dimension(code="current_stage", label=label, segments=named))
        return found

    def _segments(self, dimension: str) -> list[Segment]:
        """Return the segments of a dimension, those of most cases first."""
        rows = self.rows(
            f"""
            select segment as name, {self.label} as label from segment_labels
            where dimension = {sql_literal(dimension)}
            order by segment = '(none)', case_count desc, segment
            """
        )
        return [Segment(**row) for row in rows]

    def selections(self) -> list[Selection]:
        """Return the named selections."""
        rows = self.rows(f"select {self.label} as label, filter from selections order by selection")
        return [Selection(**row) for row in rows]

    def outcomes(self) -> list[str]:
        """Return the labels of the outcomes of the log."""
        rows = self.warehouse.rows("select distinct outcome from cases order by outcome")
        return [self.labels["outcome"][outcome] for (outcome,) in rows]

    def as_of(self) -> str | None:
        """Return the date of the as-of moment in the reporting time zone."""
        day = self.one(f"select strftime({self.as_of_date}, '%Y-%m-%d') as day")["day"]
        return str(day) if day else None

    def currency(self) -> str:
        """Return the reporting currency."""
        return str(self.run["reporting_currency"])

    def currency_label(self) -> str:
        """Return the name of the reporting currency in the current language."""
        from babel.numbers import get_currency_name

        return str(get_currency_name(self.currency(), locale=messages.language()))
