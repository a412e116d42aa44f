"""Comparison of two published results: rows of one side only, and different cells."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from runner.engines.warehouse import Warehouse, WarehouseError, quote_identifier
from runner.messages import _, counted
from runner.project import PROJECT
from runner.publish.published import no_result

# Tables about the run and about earlier runs.
LEFT_OUT = ("runs", "kpi_history")
EXAMPLES = 5


@dataclass(frozen=True)
class Change:
    """A different cell: the key of its row, its column, both values as text."""

    key: dict[str, str | None]
    column: str
    left: str | None
    right: str | None


@dataclass(frozen=True)
class Compared:
    """The difference of one table: rows per side, unmatched rows, changed cells, examples."""

    table: str
    left_rows: int | None
    right_rows: int | None
    only_left: int
    only_right: int
    changed: dict[str, int]
    examples: list[Change]

    @property
    def is_equal(self) -> bool:
        """Whether both sides have the same rows."""
        return not (self.only_left or self.only_right or self.changed) and None not in (
            self.left_rows,
            self.right_rows,
        )


def compare(left: Path, right: Path, tolerance: float) -> list[Compared]:
    """Compare two published results, each a DuckDB file or a folder of one Parquet folder a table.

    Doubles are equal within `tolerance`, relative to the larger one. Rows are matched by the key
    in the table's uniqueness test, else as a whole. Raise `DataFault` for a result
    that cannot be read.
    """
    with Warehouse() as warehouse:
        sides = {"l": _open(warehouse, left, "l"), "r": _open(warehouse, right, "r")}
        return [
            _compare(warehouse, table, sides["l"].get(table), sides["r"].get(table), tolerance)
            for table in sorted({*sides["l"], *sides["r"]} - {*LEFT_OUT})
        ]


def rendered(compared: Sequence[Compared], form: str) -> list[str]:
    """Return the differences as `text` or as `json`."""
    if form == "json":
        tables = [asdict(table) | {"is_equal": table.is_equal} for table in compared]
        return [json.dumps(tables, indent=2, ensure_ascii=False)]
    unequal = [table for table in compared if not table.is_equal]
    head = counted(
        "{count} table compared, {unequal} differ",
        "{count} tables compared, {unequal} differ",
        len(compared),
        unequal=len(unequal),
    )
    return [head, *(line for table in unequal for line in _differences(table))]


def _differences(table: Compared) -> Iterator[str]:
    """Return the differences of a table as lines."""
    yield _(
        "{table}: {left} rows left, {right} right; {only_left} only left, {only_right} only right",
        table=table.table,
        left="–" if table.left_rows is None else f"{table.left_rows:,}",
        right="–" if table.right_rows is None else f"{table.right_rows:,}",
        only_left=f"{table.only_left:,}",
        only_right=f"{table.only_right:,}",
    )
    for column, count in table.changed.items():
        yield "  " + counted(
            "{column}: {count} cell differs",
            "{column}: {count} cells differ",
            count,
            column=column,
        )
    for change in table.examples:
        key = ", ".join(f"{name} {value}" for name, value in change.key.items())
        yield f"    {key}: {change.column} {change.left} | {change.right}"


def _open(warehouse: Warehouse, path: Path, side: str) -> dict[str, str]:
    """Return the SQL of each table of a result by name."""
    try:
        warehouse.attach(path, side)
        found = {name: f"{side}.marts.{quote_identifier(name)}" for name in warehouse.tables(side)}
    except WarehouseError as error:
        raise no_result(path) from error
    if not found:
        raise no_result(path)
    return found


@cache
def keys() -> dict[str, list[str]]:
    """Return the key of each published table, from its uniqueness test."""
    import yaml

    found: dict[str, list[str]] = {}
    for kind, file in (("models", "models/marts/_marts.yml"), ("seeds", "seeds/_seeds.yml")):
        for entry in yaml.safe_load((PROJECT / file).read_text("utf-8"))[kind]:
            for test in entry.get("data_tests", []):
                if "unique_key" in test:
                    columns = test["unique_key"]["arguments"]["columns"]
                    found[entry["name"]] = [name.rpartition(".")[2] for name in columns]
    return found


def _compare(
    warehouse: Warehouse, table: str, left: str | None, right: str | None, tolerance: float
) -> Compared:
    if left is None or right is None:
        rows = [
            None if side is None else warehouse.rows(f"select count(*) from {side}")[0][0]
            for side in (left, right)
        ]
        return Compared(table, rows[0], rows[1], rows[0] or 0, rows[1] or 0, {}, [])
    return _Sides(warehouse, table, left, right).compared(tolerance)


class _Sides:
    """A table of both results: the SQL of its two sides and of its matched rows."""

    def __init__(self, warehouse: Warehouse, table: str, left: str, right: str) -> None:
        self.warehouse, self.table, self.left, self.right = warehouse, table, left, right
        self.types, self.right_types = (
            {name: kind for name, kind, *_rest in warehouse.rows(f"describe from {side}")}
            for side in (left, right)
        )
        self.shared = [name for name in self.types if name in self.right_types]
        self.key = [name for name in keys().get(table, self.shared) if name in self.shared]
        self.same_key = " and ".join(
            f"l.{quote_identifier(name)} is not distinct from r.{quote_identifier(name)}"
            for name in self.key
        )
        self.pairs = f"{left} as l inner join {right} as r on {self.same_key}"

    def compared(self, tolerance: float) -> Compared:
        """Return the numbers of different rows and cells, with examples."""
        counts = {
            "left_rows": f"{self.left}",
            "right_rows": f"{self.right}",
            "only_left": f"{self.left} as l anti join {self.right} as r on {self.same_key}",
            "only_right": f"{self.right} as r anti join {self.left} as l on {self.same_key}",
        }
        found = {
            name: self.warehouse.rows(f"select count(*) from {rows}")[0][0]
            for name, rows in counts.items()
        }
        differs = {
            name: _differs(
                quote_identifier(name), self.types[name], self.right_types[name], tolerance
            )
            for name in self.shared
            if name not in self.key
        }
        changed = self._changed(differs)
        examples = self._examples({name: differs[name] for name in list(changed)[:EXAMPLES]})
        for name in self.types.keys() - self.right_types.keys():
            changed[name] = found["left_rows"]
        for name in self.right_types.keys() - self.types.keys():
            changed[name] = found["right_rows"]
        return Compared(table=self.table, **found, changed=changed, examples=examples)

    def _changed(self, differs: dict[str, str]) -> dict[str, int]:
        """Return the number of different cells by column, for columns with any."""
        if not differs:
            return {}
        sums = ", ".join(f"count(*) filter (where {sql})" for sql in differs.values())
        numbers = self.warehouse.rows(f"select {sums} from {self.pairs}")[0]
        return {name: count for name, count in zip(differs, numbers, strict=True) if count}

    def _examples(self, differs: dict[str, str]) -> list[Change]:
        """Return the first different cells."""
        examples: list[Change] = []
        for name, condition in differs.items():
            column = quote_identifier(name)
            wanted = [f"l.{column}", f"r.{column}"]
            wanted += [f"l.{quote_identifier(part)}" for part in self.key]
            cells = ", ".join(f"cast({cell} as varchar)" for cell in wanted)
            for one, other, *place in self.warehouse.rows(
                f"select {cells} from {self.pairs} where {condition} order by all limit {EXAMPLES}"
            ):
                key = dict(zip(self.key, place, strict=True))
                examples.append(Change(key, name, one, other))
        return examples[:EXAMPLES]


def _differs(name: str, left_type: str, right_type: str, tolerance: float) -> str:
    """Return the SQL condition that the two cells of a column differ."""
    one, other = f"l.{name}", f"r.{name}"
    if "DOUBLE" in (left_type, right_type):
        return (
            f"case when {one} is null or {other} is null then {one} is distinct from {other}"
            f" else abs({one} - {other}) > {tolerance} * greatest(abs({one}), abs({other})) end"
        )
    return f"{one} is distinct from {other}"
