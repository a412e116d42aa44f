"""What an inspection finds, one remark per column and reason, and how it is written in lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from runner.faults import DataFault
from runner.messages import _, counted

REFUSED, DOUBT, NOTE = "refused", "doubt", "note"
WEIGHTS = (REFUSED, DOUBT, NOTE)
# Places of one remark that a reader of lines wants to see.
EXAMPLES = 5


@dataclass(frozen=True)
class Place:
    """One place of a remark: row of the sheet or record of the file, the first being 1, and value.

    `nearest` is the known name that comes nearest to the value, when there is one.
    """

    row: int | None = None
    value: str | None = None
    nearest: str | None = None


@dataclass(frozen=True)
class Remark:
    """One problem of one column: what the import would refuse, doubt or pass over, and the remedy.

    `reason` is a code that stays. `count` places have the problem. `examples` are the first ones
    with different values, `cells` all of them up to a limit, kept only when they are to be marked.
    No columns: the problem is one of the row or of the whole sheet.
    """

    weight: str
    reason: str
    problem: str
    sheet: str = ""
    columns: tuple[str, ...] = ()
    count: int = 1
    examples: tuple[Place, ...] = (Place(),)
    cells: tuple[Place, ...] = ()
    expected: str = ""
    remedy: str = ""


def of_fault(fault: DataFault) -> Remark:
    """Return the remark that a file or a sheet cannot be taken at all."""
    return Remark(
        weight=REFUSED,
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
    """Return what each weight is called."""
    return {REFUSED: _("refused"), DOUBT: _("doubtful"), NOTE: _("for information")}


def ordered(remarks: Iterable[Remark]) -> list[Remark]:
    """Sort remarks by weight, the gravest first."""
    return sorted(remarks, key=lambda remark: WEIGHTS.index(remark.weight))


def lines(remarks: Iterable[Remark]) -> Iterator[str]:
    """Write remarks in lines, the gravest first."""
    for remark in ordered(remarks):
        place = [
            _("sheet {sheet}", sheet=remark.sheet) if remark.sheet else "",
            _("column {column}", column=_(", ").join(remark.columns)) if remark.columns else "",
            counted("{count} place", "{count} places", remark.count) if remark.count > 1 else "",
        ]
        head = ": ".join(filter(None, [_(", ").join(filter(None, place)), remark.problem]))
        yield f"[{names()[remark.weight]}] {head}"
        yield from (f"  {line}" for line in _shown(remark.examples))
        if remark.count > len(remark.examples):
            rest = f"{remark.count - len(remark.examples):,}"
            yield "  " + _("and {count} more; -o FILE.xlsx marks them", count=rest)
        if remark.expected:
            yield "  " + _("expected: {expected}", expected=remark.expected)
        if remark.remedy:
            yield "  " + _("what to do: {remedy}", remedy=remark.remedy)


def _shown(places: Iterable[Place]) -> Iterator[str]:
    """Write places in lines; those without a value share one."""
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
