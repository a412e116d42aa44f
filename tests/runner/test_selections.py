"""The page counts a selection as SQL does: cases and edges exactly, times to the resolution."""

from __future__ import annotations

import base64
import gzip
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from runner import messages
from runner.columns import mapping
from runner.columns.options import Options
from runner.data_folder import DataFolder
from runner.engines.warehouse import Warehouse
from runner.landing import imports
from runner.project import PROJECT
from runner.report import page
from runner.report.drawing import Drawing
from runner.simulation import simulate
from tests.runner.conftest import Ask, tables


class Opened(NamedTuple):
    """A log in the engine of the page, and the tables that it was made from."""

    engine: Drawing
    ask: Ask
    facts: dict[str, Any]

    def figures(self, address: str) -> dict[str, Any]:
        """Return the figures of a selection, as the page counts them."""
        return self.engine.call("selected", filters(address))

    @property
    def margin(self) -> float:
        """The largest relative error of a stored duration."""
        return float(self.facts["resolution"]) / 100 + 1e-9


def filters(address: str) -> list[dict[str, Any]]:
    """Return the filters of an address, written here without escapes."""
    parts = [part.split("=", 1) for part in address.split("&") if part]
    return [{"key": key, "values": values.split(",")} for key, values in parts]


def opened(file: Path) -> Opened:
    """Open a published file with the engine of the page."""
    messages.use("en")
    html = page.build(file).html
    packed = html.split('id="log">', 1)[1].split("</script>", 1)[0]
    text = gzip.decompress(base64.b64decode(packed)).decode("latin-1")
    engine = Drawing(
        "var opened;"
        "function open(text) {"
        " opened = Count.unpack(Uint8Array.from(text, (sign) => sign.charCodeAt(0)));"
        " return opened.facts; }"
        "function selected(filters) {"
        " return Count.result(opened.log, Count.select(opened.log, filters)); }"
        "function bySegment(filters, kpi, dimension) {"
        " return Count.segments(opened.log, Count.select(opened.log, filters), kpi, dimension); }"
        "function steps(filters, from, to) {"
        " return Count.waitsOf(opened.log, Count.select(opened.log, filters), from, to); }"
    )
    warehouse = Warehouse()
    warehouse.attach(file, "published")
    warehouse.run("use published.marts")
    return Opened(engine, warehouse.rows, engine.call("open", text))


@pytest.fixture(scope="module")
def demo_log(published: Path) -> Opened:
    """Open the demo log of the clone."""
    return opened(published)


@pytest.fixture(scope="module")
def crm_log(shared: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Open the deals of a CRM: outcomes only, no order, no payment."""
    folder = tmp_path_factory.mktemp("crm") / "data"
    options = Options(mapping=mapping.read(PROJECT / "examples" / "crm_opportunities.yml"))
    imports.import_files(
        [shared("crm_opportunities/sales_pipeline.csv")], DataFolder(folder), options
    )
    return opened(tables(folder))


@pytest.fixture(scope="module")
def dated_log(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Open a log of dates without times: many ties, waits of whole days."""
    folder = tmp_path_factory.mktemp("dates")
    simulated = simulate.simulate(folder / "log.csv", 150, 7, "en", None)
    options = Options(dates_only=True)
    imports.import_files([simulated.log], DataFolder(folder / "data"), options)
    return opened(tables(folder / "data"))


def occurs(activity: str, least: int = 1) -> str:
    """Return the condition that a case has an activity at least so many times."""
    return (
        f"case_id in (select case_id from events where activity = '{activity}'"
        f" group by case_id having count(*) >= {least})"
    )


def follows(from_: str, to: str, *, direct: bool, limit: str = "true") -> str:
    """Return the condition that an activity follows another, with a limit on `days`."""
    return f"""case_id in (
        with places as (
            select events.case_id, events.event_number, events.activity,
                sum(coalesce(elapsed_days, 0)) over (
                    partition by events.case_id order by events.event_number
                ) as day
            from events left join transitions
                on events.case_id = transitions.case_id
                and events.event_number = transitions.event_number
        )
        select a.case_id from (select *, day as day_a from places) as a
        inner join (select *, day as day_b from places) as b
            on a.case_id = b.case_id and a.event_number < b.event_number
        cross join lateral (select b.day_b - a.day_a as days) as elapsed
        where a.activity = '{from_}' and b.activity = '{to}' and {limit}
            and {"b.event_number = a.event_number + 1" if direct else "true"})"""


def dated(condition: str) -> str:
    """Return a condition on the first and last date of a case."""
    return f"""case_id in (
        select case_id from events group by case_id
        having {condition})""".replace("first", "min(event_date)").replace(
        "last", "max(event_date)"
    )


def top(share: float) -> str:
    """Return the condition that a case has one of the most frequent variants."""
    return f"""variant_id in (
        select variant_id from variants
        where cumulative_share - case_share < {share} - 1e-12)"""


# Address of the selection, and the same condition in SQL over the table cases.
DEMO = {
    "": "true",
    "region=West": "region = 'West'",
    "region=West,East": "region in ('West', 'East')",
    "product_category=Hardware": "product_category = 'Hardware'",
    "region=(none)": "region is null",
    "outcome=won": "outcome = 'won'",
    "outcome=open,lost": "outcome in ('open', 'lost')",
    "case_kind=lead": "case_kind = 'lead'",
    "current_stage=Negotiation": "current_stage = 'Negotiation'",
    "started=2025-07-01,2025-12-31": dated("first between '2025-07-01' and '2025-12-31'"),
    "started=2025-07-01,": dated("first >= '2025-07-01'"),
    "completed=2026-01-01,2026-03-31": "is_complete and "
    + dated("last between '2026-01-01' and '2026-03-31'"),
    "contained=2025-01-01,2025-12-31": dated("first >= '2025-01-01' and last <= '2025-12-31'"),
    "intersecting=2026-02-01,2026-02-28": dated("first <= '2026-02-28' and last >= '2026-02-01'"),
    "value=1000000,5000000": "value_reporting between 1000000 and 5000000",
    "value=,2000000": "value_reporting <= 2000000",
    "days=30,90": "duration_days between 30 and 90",
    "top=50": top(0.5),
    "variant=1": "variant_id = (select variant_id from variants where rank = 1)",
    "with=Quote Revised": occurs("Quote Revised"),
    "without=Quote Revised": f"not {occurs('Quote Revised')}",
    "with=Order Fulfilled&without=Payment Received": (
        f"{occurs('Order Fulfilled')} and not {occurs('Payment Received')}"
    ),
    "starts=Lead Captured": (
        "case_id in (select case_id from events"
        " where event_number = 1 and activity = 'Lead Captured')"
    ),
    "ends=Payment Received": (
        "(case_id, event_count) in (select (case_id, event_number) from events"
        " where activity = 'Payment Received')"
    ),
    "repeats=Quote Revised,2": occurs("Quote Revised", 2),
    "repeats=Payment Received": occurs("Payment Received", 2),
    "follows=Quote Revised,Approval Requested,direct": follows(
        "Quote Revised", "Approval Requested", direct=True
    ),
    "follows=Quote Issued,Sales Order Created,eventual": follows(
        "Quote Issued", "Sales Order Created", direct=False
    ),
    "follows=Quote Issued,Quote Accepted,direct,within,10.4": follows(
        "Quote Issued", "Quote Accepted", direct=True, limit="days <= 10.4"
    ),
    "follows=Sales Order Created,Payment Received,eventual,after,61.3": follows(
        "Sales Order Created", "Payment Received", direct=False, limit="days > 61.3"
    ),
    "region=West&outcome=won&with=Quote Revised&started=2025-01-01,": (
        f"region = 'West' and outcome = 'won' and {occurs('Quote Revised')} and "
        + dated("first >= '2025-01-01'")
    ),
    "region=Nowhere": "false",
}
CRM = {
    "": "true",
    "outcome=lost": "outcome = 'lost'",
    "sales_representative=Darcel Schlecht": "sales_representative = 'Darcel Schlecht'",
    "customer_segment=Enterprise": "false",
    "started=2017-03-01,2017-03-31": dated("first between '2017-03-01' and '2017-03-31'"),
    "follows=Opportunity Created,Opportunity Won,direct,within,9.5": follows(
        "Opportunity Created", "Opportunity Won", direct=True, limit="days <= 9.5"
    ),
    "top=40": top(0.4),
}
DATED = {
    "": "true",
    "region=West": "region = 'West'",
    "days=0,20.5": "duration_days <= 20.5",
    "with=Approval Returned": occurs("Approval Returned"),
    "repeats=Payment Received,2": occurs("Payment Received", 2),
    "follows=Quote Created,Quote Issued,eventual,within,5.5": follows(
        "Quote Created", "Quote Issued", direct=False, limit="days <= 5.5"
    ),
    "completed=2025-01-01,2025-12-31": "is_complete and "
    + dated("last between '2025-01-01' and '2025-12-31'"),
}
SELECTIONS = [
    (log, address, condition)
    for log, chosen in (("demo_log", DEMO), ("crm_log", CRM), ("dated_log", DATED))
    for address, condition in chosen.items()
]


@pytest.mark.parametrize(("log", "address", "condition"), SELECTIONS)
def test_a_selection_has_the_figures_of_sql(
    log: str, address: str, condition: str, request: pytest.FixtureRequest
) -> None:
    page_log: Opened = request.getfixturevalue(log)
    figures = page_log.figures(address)
    sql = OracleOf(page_log, condition)
    assert (figures["cases"], figures["events"]) == sql.totals()
    assert (figures["cases"] > 0) == (condition != "false")
    sql.compare_nodes(figures["nodes"])
    sql.compare_edges(figures["edges"])
    sql.compare_variants(figures["variants"], figures["paths"])
    sql.compare_kpis(figures["kpis"])
    sql.compare_stages(figures["stages"])
    sql.compare_phases(figures["phases"])
    sql.compare_rework(figures["rework"], figures["extraDays"])


class OracleOf:
    """The figures of the cases that meet a condition, by SQL over the published tables."""

    def __init__(self, log: Opened, condition: str) -> None:
        self.log = log
        self.chosen = f"(select * from cases where {condition})"
        self.names = [activity["name"] for activity in log.facts["activities"]]

    def close(self, found: float | None, expected: Any, *, margin: float | None = None) -> bool:
        """Whether a figure of the page is that of SQL, to the resolution of the stored codes."""
        if found is None or expected is None:
            return (found is None) == (expected is None)
        share = self.log.margin if margin is None else margin
        # A wait below a second is stored as one second.
        return abs(found - float(expected)) <= share * abs(float(expected)) + 2e-5

    def totals(self) -> tuple[int, int]:
        [(cases, events)] = self.log.ask(
            f"select count(*), coalesce(sum(event_count), 0) from {self.chosen}"
        )
        return cases, int(events)

    def compare_nodes(self, nodes: list[dict[str, Any]]) -> None:
        counts = self.log.ask(
            f"""
            select activity, count(*), count(distinct case_id),
                count(*) filter (where event_number = 1),
                count(*) filter (where event_number = event_count)
            from events inner join {self.chosen} using (case_id) group by activity
            """
        )
        found = {
            name: (node["events"], node["cases"], node["starts"], node["ends"])
            for name, node in zip(self.names, nodes, strict=True)
            if node["events"]
        }
        assert found == {name: tuple(numbers) for name, *numbers in counts}
        times = self.log.ask(
            f"""
            select to_activity, count(*), median(elapsed_days), sum(elapsed_days)
            from transitions inner join {self.chosen} using (case_id) group by to_activity
            """
        )
        by_name = dict(zip(self.names, nodes, strict=True))
        for name, waits, median, total in times:
            assert by_name[name]["waits"] == waits
            assert self.close(by_name[name]["median"], median), name
            assert self.close(by_name[name]["total"], total), name

    def compare_edges(self, edges: list[dict[str, Any]]) -> None:
        rows = self.log.ask(
            f"""
            select from_activity, to_activity, count(*), count(distinct case_id),
                quantile_cont(elapsed_days, 0.5), quantile_cont(elapsed_days, 0.9),
                sum(elapsed_days), list_sort(list(elapsed_days))
            from transitions inner join {self.chosen} using (case_id) group by all
            """
        )
        found = {(self.names[edge["from"]], self.names[edge["to"]]): edge for edge in edges}
        assert set(found) == {(row[0], row[1]) for row in rows}
        for from_, to, count, cases, median, p90, total, days in rows:
            edge = found[from_, to]
            assert (edge["count"], edge["cases"]) == (count, cases)
            low = math.floor((count + 1) / 2 - 0.979981992270027 * math.sqrt(count)) - 1
            high = math.ceil((count + 1) / 2 + 0.979981992270027 * math.sqrt(count)) - 1
            bounds = (days[low], days[high]) if low >= 0 and high < count else (None, None)
            for name, expected in zip(
                ("median", "p90", "total", "low", "high"),
                (median, p90, total, *bounds),
                strict=True,
            ):
                assert self.close(edge[name], expected), (from_, to, name)

    def compare_variants(self, variants: dict[str, Any], paths: dict[str, Any]) -> None:
        for column, found in (("variant_id", variants), ("milestone_path_id", paths)):
            groups = self.log.ask(
                f"""
                select {column}, count(*), median(duration_days)
                from {self.chosen} inner join variants using (variant_id)
                where {column} is not null group by {column} order by count(*) desc
                """
            )
            assert found["count"] == len(groups)
            counts = [count for _id, count, _median in groups]
            assert [group["cases"] for group in found["top"]] == counts[:20]
            assert found["for80"] == self.for80(counts)
            if counts and (len(counts) == 1 or counts[0] > counts[1]):
                # A duration is a sum of stored waits, stored again.
                twice = 2 * self.log.margin
                assert self.close(found["top"][0]["median"], groups[0][2], margin=twice)

    def for80(self, counts: list[int]) -> int:
        """Return the number of the most frequent groups that hold 80 % of the cases."""
        enough = 0.8 * self.totals()[0] - 1e-9
        held = [sum(counts[: number + 1]) >= enough for number in range(len(counts))]
        return held.index(True) + 1 if True in held else len(counts)

    def compare_kpis(self, kpis: list[dict[str, Any]]) -> None:
        rows = self.log.ask(
            f"""
            select kpi, count(*), median(days), sum(weight) filter (where is_counted), sum(weight)
            from kpi_cases inner join {self.chosen} using (case_id) group by kpi
            """
        )
        of = {kpi: figures for kpi, *figures in rows}
        for kpi, found in zip(self.log.facts["kpis"], kpis, strict=True):
            n, median, part, whole = of.get(kpi["code"], (0, None, None, None))
            assert found["n"] == n, kpi["code"]
            if kpi["form"] == "interval":
                assert self.close(found["value"], median), kpi["code"]
            elif found["value"] is not None:
                margin = 1e-9 if kpi["weight"] == "case" else 1e-3
                share = float(part or 0) / float(whole)
                assert self.close(found["value"], share, margin=margin), kpi["code"]
            assert sum(month["n"] for month in found["months"]) == n

    def compare_stages(self, stages: list[dict[str, Any]]) -> None:
        rows = self.log.ask(
            f"""
            with lasts as (
                select stage, case_id, max_by(exit, visit_number) as last_exit,
                    bool_or(is_stalled) as is_stalled
                from stage_visits inner join {self.chosen} using (case_id) group by all
            ),
            dwell as (
                select stage, median(days_in_stage) as median
                from stage_visits inner join {self.chosen} using (case_id)
                where not is_open group by stage
            )
            select stage, count(*),
                count(*) filter (where last_exit in ('next', 'skipped', 'won')),
                count(*) filter (where last_exit in ('lost', 'no_sale', 'disqualified')),
                count(*) filter (where last_exit in ('back', 'reopened')),
                count(*) filter (where last_exit = 'open'),
                count(*) filter (where is_stalled), max(dwell.median)
            from lasts left join dwell using (stage) group by stage
            """
        )
        names = ("entered", "wentOn", "dropped", "wentBack", "open", "stalled")
        of = {row[0]: row for row in rows}
        for stage, found in zip(self.log.facts["stages"], stages, strict=True):
            expected = of.get(stage["code"], (stage["code"], *[0] * len(names), None))
            assert [found[name] for name in names] == list(expected[1:7]), stage["code"]
            # The days of a visit are a sum of stored waits, stored again.
            twice = 2 * self.log.margin
            assert self.close(found["median"], expected[7], margin=twice), stage["code"]

    def compare_phases(self, phases: dict[str, Any]) -> None:
        rows = self.log.ask(
            f"""
            select coalesce(phase, 'other'), sum(elapsed_days)
            from transitions inner join {self.chosen} using (case_id)
            left join activities on transitions.to_activity = activities.activity
            where counts_in_phases group by all
            """
        )
        [(n,)] = self.log.ask(f"select count(*) from {self.chosen} where counts_in_phases")
        assert phases["n"] == n
        of = dict(rows)
        for part in phases["parts"]:
            assert self.close(part["days"], of.get(part["phase"], 0) / max(n, 1)), part["phase"]

    def compare_rework(self, rework: list[dict[str, Any]], extra_days: list[float]) -> None:
        rows = self.log.ask(
            f"""
            with days as (
                select case_id, event_number, events.activity, sum(coalesce(elapsed_days, 0)) over (
                    partition by case_id order by event_number
                ) as day
                from events left join transitions using (case_id, event_number)
                inner join {self.chosen} using (case_id)
            ),
            repeats as (
                select activity, case_id,
                    event_number - lag(event_number) over occurrences as steps,
                    day - lag(day) over occurrences as days
                from days
                window occurrences as (partition by case_id, activity order by event_number)
            )
            select activity, count(*) filter (where steps = 1), count(*) filter (where steps > 1),
                count(distinct case_id), sum(days)
            from repeats where steps is not null group by activity
            """
        )
        for activity, *_counts, days in rows:
            assert self.close(extra_days[self.names.index(activity)], days), activity
        found = {
            self.names[row["activity"]]: (row["loops"], row["repeats"], row["cases"])
            for row in rework
        }
        assert found == {name: tuple(numbers) for name, *numbers, _days in rows}


def test_a_kpi_by_segment_is_that_of_the_selected_segment(demo_log: Opened) -> None:
    regions = demo_log.facts["dimensions"][
        [dimension["code"] for dimension in demo_log.facts["dimensions"]].index("region")
    ]["segments"]
    by_segment = demo_log.engine.call("bySegment", filters("outcome=won"), "sales_cycle", "region")
    assert sum(figure["n"] for figure in by_segment) > 0
    codes = [kpi["code"] for kpi in demo_log.facts["kpis"]]
    for segment, figure in zip(regions, by_segment, strict=True):
        alone = demo_log.figures(f"outcome=won&region={segment['name']}")
        kpi = alone["kpis"][codes.index("sales_cycle")]
        assert (figure["n"], figure["value"]) == (kpi["n"], kpi["value"])


def test_the_waits_of_a_step_are_those_of_its_transitions(demo_log: Opened) -> None:
    names = [activity["name"] for activity in demo_log.facts["activities"]]
    step = [names.index("Quote Issued"), names.index("Quote Accepted")]
    found = sorted(demo_log.engine.call("steps", filters("region=West"), *step))
    expected = demo_log.ask(
        "select elapsed_days from transitions inner join cases using (case_id)"
        " where from_activity = 'Quote Issued' and to_activity = 'Quote Accepted'"
        " and cases.region = 'West' order by elapsed_days"
    )
    assert len(found) == len(expected) > 3
    assert found == pytest.approx([days for (days,) in expected], rel=demo_log.margin, abs=2e-5)


def test_newcombe_s_example_has_his_interval() -> None:
    """Newcombe 1998, 56/70 against 48/80: 0.0524 to 0.3339."""
    low, high = Drawing(
        "function example() {"
        " const rate = (k, n) => { const [low, high] = Count.wilson(k / n, n);"
        " return { value: k / n, low, high }; };"
        " return Count.change(rate(56, 70), rate(48, 80)); }"
    ).call("example")
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)
