"""The page: the contents and their pictures in the templates, as one HTML file."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from runner import messages
from runner.files import replace_text
from runner.publish.published import marts
from runner.report import embedded, intake
from runner.report.contents import Dimension, Facts, Segment, Stage, as_json
from runner.report.drawing import PURE, Drawing, source
from runner.report.embedded import code_of
from runner.report.figures import WholeLog
from runner.report.published import Published
from runner.report.texts import texts

NAME = "report.html"
SECTIONS = ("glance", "map", "variants", "stages", "time", "segments", "rework", "cases", "data")
TEMPLATES = Path(__file__).parent / "templates"
# Events up to which a page holds all waits, and all cases.
MOST_EVENTS = {"full": 2_000_000, "cases": 10_000_000}
# The dimension whose segments are names of people.
PEOPLE = "sales_representative"


@dataclass(frozen=True)
class Page:
    """A page as text, and the contents that it shows."""

    html: str
    facts: Facts

    def write(self, path: Path) -> Path:
        """Replace the file at `path` by the page; return the path."""
        replace_text(path, self.html)
        return path

    def json(self) -> str:
        """Return the contents of the page as JSON."""
        return json.dumps(as_json(self.facts), ensure_ascii=False, indent=1)


def build(published: Path, detail: str | None = None, *, has_names: bool = True) -> Page:
    """Return the page of a published DuckDB file or Parquet folder, in the current language.

    `detail` says what the page embeds; by default as much as its size allows. Raise `DataFault` for
    a file that is no published result.
    """
    drawing = Drawing()
    with marts(published) as warehouse:
        opened = Published(warehouse)
        facts = _facts(opened, detail, has_names=has_names)
        log = None if facts.detail == "tables" else embedded.EmbeddedLog(opened, facts)
    if not has_names:
        facts = _without_names(facts)
    facts = replace(facts, classic=drawing.call("Classic.layout", as_json(facts)))
    content = as_json(facts)
    packed = base64.b64encode(embedded.packed(content, log)).decode()
    return Page(_render(facts, content, drawing, packed), facts)


def _facts(published: Published, detail: str | None, *, has_names: bool) -> Facts:
    whole = WholeLog(published)
    figures = whole.figures()
    dimensions = published.dimensions()
    if detail is None:
        fitting = (name for name, most in MOST_EVENTS.items() if figures.events <= most)
        detail = next(fitting, "tables")
    if detail == "tables":
        figures = replace(figures, deals=[], stages=_without_cases(figures.stages))
    language = messages.language()
    outcomes = published.outcomes()
    months, last = whole.months, whole.last_month
    return Facts(
        language=language,
        texts=texts(language),
        labels=published.labels,
        as_of=published.as_of(),
        currency=published.currency(),
        currency_label=published.currency_label(),
        detail=detail,
        resolution=embedded.resolution(figures.steps),
        has_names=has_names,
        activities=published.activities,
        phases=published.phases,
        dimensions=dimensions,
        kpis=published.kpis,
        stages=published.stages,
        exits=embedded.EXITS,
        selections=published.selections(),
        limits=whole.limits(),
        months=months,
        last_month=months.index(last) if last in months else len(months) - 1,
        first_day=whole.days["first_day"],
        last_day=whole.days["last_day"],
        population=figures.phases.population if figures.phases else "all",
        only_outcome=outcomes[0] if len(outcomes) == 1 else "",
        minimum_cases=int(published.run["minimum_cases"]),
        minimum_coverage=float(published.run["minimum_value_coverage"]),
        segment_figures=whole.segments(dimensions),
        whole=figures,
        trust=intake.trust(published),
        data=intake.data(published),
        classic={},
    )


def _without_cases(stages: list[Stage]) -> list[Stage]:
    """Return the figures of stages without the case that waits longest."""
    return [replace(stage, oldest_case=None) for stage in stages]


def _without_names(facts: Facts) -> Facts:
    """Replace people and case ids by codes; the same name has the same code in every page."""

    def coded(segment: Segment) -> Segment:
        if segment.name == "(none)":
            return segment
        code = code_of(segment.name)
        return Segment(name=code, label=code)

    dimensions = [
        Dimension(
            code=each.code, label=each.label, segments=[coded(segment) for segment in each.segments]
        )
        if each.code == PEOPLE
        else each
        for each in facts.dimensions
    ]
    whole = replace(
        facts.whole,
        stages=[
            replace(stage, oldest_case=stage.oldest_case and code_of(stage.oldest_case))
            for stage in facts.whole.stages
        ],
        deals=[
            replace(deal, id=code_of(deal.id), owner=deal.owner and code_of(deal.owner))
            for deal in facts.whole.deals
        ],
    )
    return replace(facts, dimensions=dimensions, whole=whole)


def _render(facts: Facts, content: Any, drawing: Drawing, log: str) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    view = _view(facts)
    parts = drawing.call("allParts", content, content["whole"], as_json(view))
    style = source("page.css")
    script = source(*PURE, "app.js")
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def say(key: str, **values: object) -> str:
        return facts.texts[key].format(**values)

    return environment.get_template("page.html.j2").render(
        facts=facts,
        sections=SECTIONS,
        counts=_counts(facts),
        view=view,
        say=say,
        date=lambda text: drawing.call("Format.date", text),
        part=lambda name: Markup(parts.get(name, "")),
        style=style,
        script=script,
        policy=_policy(style, script),
        log=log,
    )


def _view(facts: Facts) -> dict[str, Any]:
    """Return the first view: no selection, the first KPI by the first dimension."""
    kpi = next(
        (each.code for each in facts.kpis if each.is_headline),
        facts.kpis[0].code if facts.kpis else "",
    )
    # Teams before people: the first dimension that is no list of names.
    known = [each.code for each in facts.dimensions if each.code in facts.segment_figures]
    dimension = next((code for code in known if code != PEOPLE), known[0] if known else "")
    return {
        "kpi": kpi,
        "dimension": dimension,
        "segments": facts.segment_figures.get(dimension, {}).get(kpi, []),
        "live": False,
    }


def _counts(facts: Facts) -> dict[str, str]:
    """Return the counts beside the names of sections."""
    return {
        "variants": f"{facts.whole.paths.count or facts.whole.variants.count:,}",
        "cases": f"{facts.whole.cases:,}",
    }


def _policy(style: str, script: str) -> str:
    """Return the content security policy: nothing is loaded, only this script and style run."""

    def hashed(text: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

    return (
        f"default-src 'none'; script-src {hashed(script)}; style-src {hashed(style)};"
        " img-src data:; base-uri 'none'; form-action 'none'"
    )
