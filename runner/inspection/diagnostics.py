"""The diagnostics of an inspection, one per column and reason, and their output as lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from runner.faults import DataFault
from runner.messages import _, counted
from runner.severity import CRITICAL, INFO, SEVERITIES, WARNING

# Maximum number of places shown per diagnostic.
EXAMPLES = 5


@dataclass(frozen=True)
class Place:
    """One place of a diagnostic: row of the sheet or record of the file, from 1, and value.

    `nearest` is the known name most similar to the value, if any.
    """

    row: int | None = None
    value: str | None = None
    nearest: str | None = None


@dataclass(frozen=True)
class Diagnostic:
    """One problem of one column, and its remedy.

    Critical: the import would reject a row, a cell or the file. Warning: it looks wrong. Info: it
    is skipped or taken as empty, as expected.

    `reason` is a stable code. `count` is the number of places. `examples` are the first places with
    different values, `cells` all of them up to a limit, only for a marked workbook. Without
    columns, the problem concerns the row or the whole sheet.
    """

    severity: str
    reason: str
    problem: str
    sheet: str = ""
    columns: tuple[str, ...] = ()
    count: int = 1
    examples: tuple[Place, ...] = (Place(),)
    cells: tuple[Place, ...] = ()
    expected: str = ""
    remedy: str = ""


def of_fault(fault: DataFault) -> Diagnostic:
    """Return the diagnostic of a file or sheet that cannot be imported at all."""
    return Diagnostic(
        severity=CRITICAL,
        reason="file_refused",
        problem=fault.problem,
        sheet=fault.sheet,
        columns=(fault.column,) if fault.column else (),
        examples=(Place(fault.row, fault.value),),
        cells=(Place(fault.row, fault.value),),
        expected=fault.expected,
        remedy=fault.remedy,
    )


def names() -> dict[str, str]:
    """Return the label of each severity."""
    return {CRITICAL: _("Critical"), WARNING: _("Warning"), INFO: _("Info")}


def ordered(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return diagnostics sorted by severity, most severe first."""
    return sorted(diagnostics, key=lambda diagnostic: SEVERITIES.index(diagnostic.severity))


def rendered(diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    """Yield the lines of diagnostics, most severe first."""
    for diagnostic in ordered(diagnostics):
        place = [
            _("sheet {sheet}", sheet=diagnostic.sheet) if diagnostic.sheet else "",
            _("column {column}", column=_(", ").join(diagnostic.columns))
            if diagnostic.columns
            else "",
            counted("{count} place", "{count} places", diagnostic.count)
            if diagnostic.count > 1
            else "",
        ]
        head = ": ".join(filter(None, [_(", ").join(filter(None, place)), diagnostic.problem]))
        yield f"[{names()[diagnostic.severity]}] {head}"
        yield from (f"  {line}" for line in _shown(diagnostic.examples))
        if diagnostic.count > len(diagnostic.examples):
            rest = f"{diagnostic.count - len(diagnostic.examples):,}"
            yield "  " + _("and {count} more; -o FILE.xlsx marks them", count=rest)
        if diagnostic.expected:
            yield "  " + _("expected: {expected}", expected=diagnostic.expected)
        if diagnostic.remedy:
            yield "  " + _("what to do: {remedy}", remedy=diagnostic.remedy)


def _shown(places: Iterable[Place]) -> Iterator[str]:
    """Yield the lines of places; places without a value share one line."""
    rows = [str(place.row) for place in places if place.value is None and place.row is not None]
    if rows:
        yield _("row {row}", row=_(", ").join(rows))
    for place in places:
        if place.value is None:
            continue
        shown = repr(place.value)
        if place.nearest:
            shown = _("{name} (nearest: {nearest})", name=shown, nearest=place.nearest)
        if place.row is None:
            yield _("value: {value}", value=shown)
        else:
            yield _("row {row}", row=place.row) + f": {shown}"
