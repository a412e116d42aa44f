"""What the page shows: data classes, which become the JSON of `--json` and of the page.

Days are fractions of 24 hours, money is in the reporting currency, a share is 0 to 1, a date is
`yyyy-mm-dd`. An activity, phase, stage or segment is referred to by its position in its list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, is_dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Activity:
    """An activity of the log, in the order of the process line."""

    name: str
    label: str
    short: str
    phase: int
    rank: int
    track: str
    is_milestone: bool
    waited_for: str
    repeats: str


@dataclass(frozen=True, kw_only=True)
class Code:
    """A code with its label: a phase, a stage, a segment."""

    code: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A segment of a dimension: its value in the data, and its label."""

    name: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """A dimension by which cases are selected and KPIs compared."""

    code: str
    label: str
    segments: list[Segment]


@dataclass(frozen=True, kw_only=True)
class Kpi:
    """A KPI with its definition."""

    code: str
    label: str
    unit: str
    direction: str
    form: str
    weight: str
    date_basis: str
    target: float | None
    is_headline: bool
    definition: str


@dataclass(frozen=True, kw_only=True)
class Selection:
    """A named selection: its label and the filter in the page's address."""

    label: str
    filter: str


@dataclass(frozen=True, kw_only=True)
class Node:
    """Counts of an activity, and the waits before it."""

    events: int
    cases: int
    repeats: int
    starts: int
    ends: int
    loops: int
    value: float
    waits: int
    median: float | None
    p90: float | None
    low: float | None
    high: float | None
    total: float
    value_days: float


@dataclass(frozen=True, kw_only=True)
class Edge:
    """Counts and times of a directly-follows relation."""

    from_: int
    to: int
    count: int
    cases: int
    median: float
    p90: float
    low: float | None
    high: float | None
    total: float
    value: float


@dataclass(frozen=True, kw_only=True)
class PhasePart:
    """Mean days in a phase, and for whom they were waited."""

    phase: str
    days: float
    us: float
    customer: float
    system: float
    unknown: float


@dataclass(frozen=True, kw_only=True)
class Phases:
    """Mean days per phase of the population of the log; the parts add up to the mean."""

    population: str
    n: int
    mean: float
    parts: list[PhasePart]


@dataclass(frozen=True, kw_only=True)
class KpiMonth:
    """A KPI in one month."""

    month: str
    value: float | None
    n: int
    low: float | None
    high: float | None
    is_mature: bool


@dataclass(frozen=True, kw_only=True)
class KpiYear:
    """A KPI in the last 12 complete months against the 12 before."""

    value: float | None
    n: int
    baseline: float | None
    baseline_n: int
    change_low: float | None
    change_high: float | None


@dataclass(frozen=True, kw_only=True)
class KpiFigure:
    """A KPI of the whole log."""

    value: float | None
    n: int
    low: float | None
    high: float | None
    p90: float | None
    status: str
    year: KpiYear
    months: list[KpiMonth]


@dataclass(frozen=True, kw_only=True)
class PathStep:
    """A milestone of a path."""

    activity: int
    mean: float
    is_out: bool


@dataclass(frozen=True, kw_only=True)
class MilestonePath:
    """A milestone path with its cases."""

    steps: list[PathStep]
    cases: int
    median: float | None
    value: float


@dataclass(frozen=True, kw_only=True)
class Paths:
    """The most frequent milestone paths; `for80` of them hold 80 % of the cases."""

    count: int
    cases: int
    for80: int
    top: list[MilestonePath]


@dataclass(frozen=True, kw_only=True)
class Variant:
    """A variant with its cases."""

    number: int
    steps: list[int]
    cases: int
    median: float | None
    value: float


@dataclass(frozen=True, kw_only=True)
class Variants:
    """The most frequent variants; `for80` of them hold 80 % of the cases."""

    count: int
    for80: int
    top: list[Variant]


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The cases that entered a stage; the four exits add up to `entered`."""

    entered: int
    went_on: int
    dropped: int
    went_back: int
    open: int
    stalled: int
    returns: int
    median: float | None
    p90: float | None
    open_value: float
    stalled_value: float
    oldest_days: float | None
    oldest_case: str | None


@dataclass(frozen=True, kw_only=True)
class Rework:
    """The repeats of an activity."""

    activity: int
    loops: int
    repeats: int
    cases: int
    value: float


@dataclass(frozen=True, kw_only=True)
class SegmentFigure:
    """A KPI of one segment."""

    value: float | None
    n: int
    low: float | None
    high: float | None


@dataclass(frozen=True, kw_only=True)
class Deal:
    """A case in the list of cases."""

    id: str
    outcome: str
    stage: str
    is_stalled: bool
    start: str
    days: int
    events: int
    value: float | None
    owner: str
    region: str


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The figures of the whole log, in the shape in which the page counts a selection."""

    cases: int
    events: int
    steps: int
    value: float
    valued: int
    first: str | None
    last: str | None
    nodes: list[Node]
    edges: list[Edge]
    phases: Phases | None
    kpis: list[KpiFigure]
    paths: Paths
    variants: Variants
    stages: list[Stage]
    rework: list[Rework]
    extra_days: list[float]
    starts: list[int]
    deals: list[Deal]


@dataclass(frozen=True, kw_only=True)
class Gates:
    """Number of checks of the published build, and of those that passed."""

    passed: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Trust:
    """How far the figures can be trusted."""

    gates: Gates
    rejected: int
    rows: int
    cells: int
    uncertain: float


@dataclass(frozen=True, kw_only=True)
class Intake:
    """An imported file or sheet."""

    file: str
    sheet: str
    rows: int
    events: int
    rejected: int
    duplicates: int
    cells: int
    earliest: str | None
    latest: str | None


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A reason for which rows were rejected."""

    label: str
    remedy: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A quality measure."""

    label: str
    value: float | None
    limit: float | None
    unit: str
    severity: str
    status: str
    remedy: str


@dataclass(frozen=True, kw_only=True)
class Data:
    """What came in, and with what the page was made."""

    intake: list[Intake]
    reasons: list[Reason]
    measures: list[Measure]
    versions: dict[str, str]
    content_hash: str
    zone: str
    run: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything that the page shows of the whole log, with the words it needs."""

    language: str
    texts: dict[str, str]
    labels: dict[str, dict[str, str]]
    as_of: str | None
    currency: str
    currency_label: str
    detail: str
    resolution: str
    has_names: bool
    activities: list[Activity]
    phases: list[Code]
    dimensions: list[Dimension]
    kpis: list[Kpi]
    stages: list[Code]
    exits: list[str]
    selections: list[Selection]
    limits: list[int]
    months: list[str]
    last_month: int
    first_day: int
    last_day: int
    population: str
    only_outcome: str
    minimum_cases: int
    minimum_coverage: float
    segment_figures: dict[str, dict[str, list[SegmentFigure]]]
    whole: Figures
    trust: Trust
    data: Data
    classic: dict[str, Any]


def as_json(value: Any) -> Any:
    """Return data classes as JSON objects; `first_day` becomes `firstDay`."""
    if is_dataclass(value) and not isinstance(value, type):
        return {_camel(each.name): as_json(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    if isinstance(value, dict):
        return {key: as_json(each) for key, each in value.items()}
    return value


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name.rstrip("_"))
