"""What an inspection finds, and how it is told in lines."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from runner.faults import DataFault
from runner.messages import _

REFUSED, DOUBT, NOTE = "refused", "doubt", "note"
WEIGHTS = (REFUSED, DOUBT, NOTE)
# Places of one and the same problem that a reader of lines wants to see.
SHOWN = 10


@dataclass(frozen=True)
class Remark:
    """Something the import would refuse, doubt or pass over, with its place and the remedy.

    `row` is the row of the sheet or the record of the file, its first being 1; none: the problem
    is one of the whole sheet.
    """

    weight: str
    problem: str
    sheet: str = ""
    row: int | None = None
    columns: tuple[str, ...] = ()
    value: str | None = None
    expected: str = ""
    remedy: str = ""


def of_fault(fault: DataFault) -> Remark:
    """Give the remark that a file or a sheet cannot be taken at all."""
    return Remark(
        weight=REFUSED,
        problem=fault.problem,
        sheet=fault.sheet,
        row=fault.row,
        columns=(fault.column,) if fault.column else (),
        value=fault.value,
        expected=fault.expected,
        remedy=fault.remedy,
    )


def names() -> dict[str, str]:
    """Give what each weight is called."""
    return {REFUSED: _("refused"), DOUBT: _("doubtful"), NOTE: _("for information")}


def lines(remarks: Iterable[Remark]) -> Iterator[str]:
    """Tell remarks in lines: equal problems once, with their places; the gravest first."""
    groups: dict[Remark, list[Remark]] = {}
    for remark in sorted(remarks, key=lambda remark: WEIGHTS.index(remark.weight)):
        alike = dataclasses.replace(remark, row=None, value=None)
        groups.setdefault(alike, []).append(remark)
    for group in groups.values():
        yield from _told(group)


def _told(group: list[Remark]) -> Iterator[str]:
    first = group[0]
    place = [
        _("sheet {sheet}", sheet=first.sheet) if first.sheet else "",
        _("column {column}", column=_(", ").join(first.columns)) if first.columns else "",
    ]
    head = ": ".join(filter(None, [_(", ").join(filter(None, place)), first.problem]))
    yield f"[{names()[first.weight]}] {head}"
    if all(remark.value is None for remark in group):
        rows = [str(remark.row) for remark in group[:SHOWN] if remark.row is not None]
        shown = [_("row {row}", row=_(", ").join(rows))] if rows else []
    else:
        shown = [
            _("value: {value}", value=repr(remark.value))
            if remark.row is None
            else _("row {row}", row=remark.row) + f": {remark.value!r}"
            for remark in group[:SHOWN]
        ]
    yield from (f"  {line}" for line in shown)
    if len(group) > SHOWN:
        yield "  " + _("and {count} more; -o FILE.xlsx shows all", count=f"{len(group) - SHOWN:,}")
    if first.expected:
        yield "  " + _("expected: {expected}", expected=first.expected)
    if first.remedy:
        yield "  " + _("what to do: {remedy}", remedy=first.remedy)
