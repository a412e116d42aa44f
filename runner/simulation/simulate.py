"""Simulated logs of any size: passes arguments to the SQL in simulation/."""

from __future__ import annotations

import csv
import json
import tempfile
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from runner import messages, vocabulary
from runner.columns import mapping
from runner.engines.warehouse import Warehouse, quote_identifier, sql_literal
from runner.faults import WrongUsage
from runner.messages import _
from runner.project import TEMPLATE

FOLDER = Path(__file__).parent
# In execution order.
CHAPTERS = ["draws", "words", "deals", "plans", "schedules", "phases", "steps", "arrivals", "rows"]
COPY_OPTIONS = {".csv": "format csv, header", ".parquet": "format parquet"}


@dataclass(frozen=True)
class Cause:
    """A planted cause: deals whose `dimension` is `segment` have `effect` of size `size`."""

    effect: str
    dimension: str
    segment: str
    size: int


@dataclass(frozen=True)
class Simulated:
    """A simulated log, its number of events, and the file that lists the planted causes."""

    log: Path
    events: int
    causes: Path


def simulate(target: Path, cases: int, seed: int, lang: str, plant: Path | None) -> Simulated:
    """Write a log of `cases` cases to `target`, CSV or Parquet, and its causes as JSON beside it.

    The same arguments produce the same rows in the same order. Raise `WrongUsage` for another kind
    of file and for an invalid plant file.
    """
    form = COPY_OPTIONS.get(target.suffix.lower())
    if form is None:
        raise WrongUsage(
            _(
                "{file}: a simulated log is written as {formats}.",
                file=target.name,
                formats=", ".join(COPY_OPTIONS),
            )
        )
    causes = planted(plant or FOLDER / "causes.json")
    arguments: dict[str, str] = {
        "cases": str(cases),
        "seed": str(seed),
        "lang": sql_literal(lang),
        "folder": sql_literal(str(FOLDER)),
        "seeds": sql_literal(str(TEMPLATE.parent)),
        "causes": sql_literal(json.dumps([asdict(cause) for cause in causes], ensure_ascii=False)),
    }
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".simulate-") as scratch:
        fresh = Path(scratch) / target.name
        with Warehouse(spill=Path(scratch)) as warehouse:
            for name, value in arguments.items():
                warehouse.run(f"set variable {name} = {value}")
            for chapter in CHAPTERS:
                warehouse.run((FOLDER / f"{chapter}.sql").read_text(encoding="utf-8"))
            ((events,),) = warehouse.rows(
                f"copy (select {_headers(lang)} from written) to {sql_literal(str(fresh))} ({form})"
            )
        fresh.replace(target)
    beside = target.with_suffix(".causes.json")
    about = {"cases": cases, "events": events, "seed": seed, "language": lang}
    described = {"log": about, "causes": [_described(cause, lang) for cause in causes]}
    beside.write_text(json.dumps(described, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return Simulated(target, events, beside)


def _headers(lang: str) -> str:
    """Return the SQL of the template columns with their headers in a language."""
    place = messages.LANGUAGES.index(lang)
    return ", ".join(
        f"{quote_identifier(column.name)} as {quote_identifier(header)}"
        for column in vocabulary.columns()
        for header in [(column.name, column.names[2])[place]]
    )


def planted(file: Path) -> list[Cause]:
    """Read a plant file; raise `WrongUsage` naming an unknown name in it."""
    try:
        content = json.loads(file.read_text("utf-8-sig"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        line = getattr(error, "lineno", 1)
        raise WrongUsage(
            _("{file}, line {line}: this is not readable JSON.", file=file.name, line=line)
        ) from error
    for problem in mapping.problems(content, FOLDER / "plant.schema.json"):
        raise WrongUsage(f"{file.name}: {problem}")
    causes = []
    for given in content["causes"]:
        effect = _known(file, "effect", given["effect"], {name: name for name in effects()})
        segments = dimensions()
        dimension = _known(file, "dimension", given["dimension"], {name: name for name in segments})
        segment = _known(file, "segment", given["segment"], segments[dimension])
        causes.append(Cause(effect, dimension, segment, given["size"]))
    return causes


def _known(file: Path, key: str, name: str, names: dict[str, str]) -> str:
    """Return `names[name]`; raise `WrongUsage` for an unknown name."""
    if name in names:
        return names[name]
    raise WrongUsage(
        _(
            "{file}: {name} is no {key} that can be planted. Known: {known}.",
            file=file.name,
            name=name,
            key=key,
            known=", ".join(names),
        )
    )


@cache
def effects() -> dict[str, dict[str, str]]:
    """Return unit and texts of each effect that can be planted."""
    return {row["effect"]: row for row in _rows("effects.csv")}


@cache
def dimensions() -> dict[str, dict[str, str]]:
    """Return by dimension the segments that a cause can affect: English name by every name."""
    found: dict[str, dict[str, str]] = {}
    for row in _rows("words.csv"):
        if row["percent"] and row["dimension"] != "loss_reason":
            names = found.setdefault(row["dimension"], {})
            names |= {row["segment"]: row["segment"], row["label_ja"]: row["segment"]}
    found["sales_representative"] = {
        name: row["person"]
        for row in _rows("people.csv")
        if row["role"] == "representative"
        for name in (row["person"], row["label_ja"])
    }
    return found


def _described(cause: Cause, lang: str) -> dict[str, Any]:
    """Return a cause with its description, and its segment as written in the log."""
    effect = effects()[cause.effect]
    names = [name for name, key in dimensions()[cause.dimension].items() if key == cause.segment]
    return {
        "effect": cause.effect,
        "dimension": cause.dimension,
        "segment": names[-1] if lang == "ja" else names[0],
        "size": cause.size,
        "unit": effect["unit"],
        "text": effect[f"text_{lang}"],
    }


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
