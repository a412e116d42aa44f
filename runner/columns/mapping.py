"""Mapping files: map the headers of an export to template columns and events."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import yaml

from runner import vocabulary
from runner.faults import WrongUsage
from runner.messages import _
from runner.values.numbers import UNITS

Given = TypeVar("Given")
SCHEMA = Path(__file__).with_name("mapping.schema.json")


@dataclass(frozen=True)
class Condition:
    """True when the cell under `header` is one of `values`, or none of them if `negated`."""

    header: str
    values: tuple[str, ...]
    negated: bool


@dataclass(frozen=True)
class Parts:
    """A time in two columns: the headers of its date and of its time of day."""

    date: str
    time: str


@dataclass(frozen=True)
class Event:
    """An event that a row contains if its time cell is filled and the conditions are true.

    `amount` is the header of its document's amount; empty: the amount of the row.
    """

    activity: str
    time: str | Parts
    when: tuple[Condition, ...]
    amount: str = ""


@dataclass(frozen=True)
class Join:
    """A second CSV file; `on` maps headers here to there, `columns` template columns to there."""

    file: str
    on: dict[str, str]
    columns: dict[str, str]


@dataclass(frozen=True)
class Mapping:
    """A validated mapping file. Template columns are keyed by name."""

    path: Path
    columns: dict[str, str | Parts]
    constants: dict[str, str]
    joins: tuple[Join, ...]
    events: tuple[Event, ...]
    date_formats: tuple[str, ...]
    time_zone: str | None
    units: dict[str, Decimal]


class _RepeatedKey(yaml.MarkedYAMLError):
    """A key appears twice in one place."""


class _TextLoader(yaml.BaseLoader):
    """Keeps every scalar as text (`No`, `007`) and raises `_RepeatedKey` for a repeated key."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _value in node.value]
        for key, _value in node.value:
            if keys.count(key.value) > 1:
                raise _RepeatedKey(problem=str(key.value), problem_mark=key.start_mark)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return mapping


def read(path: Path) -> Mapping:
    """Read and check a mapping file; raise `WrongUsage` naming the key that is wrong."""
    content = _content(path)
    mapping = Mapping(
        path=path,
        columns=_columns(path, content.get("columns", {})),
        constants=_template_columns(path, content.get("set", {}), "set"),
        joins=tuple(
            Join(join["file"], join["on"], _template_columns(path, join["columns"], "join"))
            for join in content.get("join", ())
        ),
        events=tuple(_event(event) for event in content.get("events", ())),
        date_formats=_texts(content.get("date_format", [])),
        time_zone=content.get("time_zone"),
        units=_units(path, content.get("unit", {})),
    )
    joined = (name for join in mapping.joins for name in join.columns)
    filled: list[str] = [*mapping.columns, *mapping.constants, *joined]
    if mapping.events:
        filled += ["ActivityName", "EventTime"]
    for name in filled:
        if filled.count(name) > 1:
            raise WrongUsage(_("{file}: {column} is filled twice.", file=path.name, column=name))
    return mapping


def _content(path: Path) -> dict[str, Any]:
    """Return the content of a mapping file; raise `WrongUsage` if it does not follow the schema."""
    try:
        content = yaml.load(path.read_text("utf-8-sig"), Loader=_TextLoader)
    except _RepeatedKey as error:
        raise WrongUsage(
            _("{file}: the key {key} appears twice.", file=path.name, key=error.problem)
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise WrongUsage(
            _("{file}, line {line}: this is not readable YAML.", file=path.name, line=line)
        ) from error
    for problem in problems(content, SCHEMA):
        raise WrongUsage(f"{path.name}: {problem}")
    found: dict[str, Any] = content
    return found


def _event(given: dict[str, Any]) -> Event:
    conditions = given.get("when", {}).items()
    return Event(
        given["activity"],
        _time(given["time"]),
        tuple(_condition(header, rule) for header, rule in conditions),
        given.get("amount", ""),
    )


def _time(given: str | dict[str, str]) -> str | Parts:
    return given if isinstance(given, str) else Parts(**given)


def _columns(path: Path, given: dict[str, str | dict[str, str]]) -> dict[str, str | Parts]:
    """Return the headers by template column; raise `WrongUsage` for two headers of a non-time."""
    found = _template_columns(path, given, "columns")
    times = [column.name for column in vocabulary.columns() if column.value_type == "time"]
    for name, header in found.items():
        if name not in times and not isinstance(header, str):
            raise WrongUsage(
                _(
                    "{file}: {column} is one column; only {columns} may be a date and a time.",
                    file=path.name,
                    column=name,
                    columns=", ".join(times),
                )
            )
    return {name: _time(header) for name, header in found.items()}


def _units(path: Path, given: dict[str, str]) -> dict[str, Decimal]:
    """Return the unit factors by template column; raise `WrongUsage` for other than amounts."""
    columns = _template_columns(path, given, "unit")
    amounts = [column.name for column in vocabulary.columns() if column.value_type == "amount"]
    for name in columns:
        if name not in amounts:
            raise WrongUsage(
                _(
                    "{file}: {column} has no unit; only {columns} have one.",
                    file=path.name,
                    column=name,
                    columns=", ".join(amounts),
                )
            )
    return {name: UNITS[unit] for name, unit in columns.items()}


def _texts(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _condition(header: str, rule: Any) -> Condition:
    negated = isinstance(rule, dict)
    return Condition(header, _texts(rule["not"] if negated else rule), negated)


def _template_columns(path: Path, given: dict[str, Given], key: str) -> dict[str, Given]:
    """Return the values by template column name; raise `WrongUsage` for an unknown column."""
    found: dict[str, Given] = {}
    for name, value in given.items():
        column = vocabulary.column_by_header().get(vocabulary.header_key(name))
        if column is None:
            raise WrongUsage(
                _(
                    "{file}: {name} under {key} is not a column of the template.",
                    file=path.name,
                    name=name,
                    key=key,
                )
                + _did_you_mean(name, [column.name for column in vocabulary.columns()])
            )
        if column.name in found:
            raise WrongUsage(
                _("{file}: {column} is filled twice.", file=path.name, column=column.name)
            )
        found[column.name] = value
    return found


def _did_you_mean(name: str, known: list[str]) -> str:
    similar = vocabulary.nearest(name, known)
    return " " + _("Did you mean {name}?", name=similar) if similar else ""


def problems(content: Any, schema: Path) -> Iterator[str]:
    """Yield the problems of a file that does not follow its schema."""
    from jsonschema import Draft7Validator

    validator = Draft7Validator(json.loads(schema.read_text("utf-8")))
    for error in sorted(validator.iter_errors(content), key=lambda error: list(error.path)):
        place = ".".join(str(part) for part in error.absolute_path) or _("the file")
        if error.validator == "additionalProperties":
            known = list(error.schema["properties"])
            for key in set(error.instance) - set(known):
                yield (
                    _("unknown key {key} in {place}.", key=key, place=place)
                    + _did_you_mean(key, known)
                    + " "
                    + _("Known keys: {keys}.", keys=", ".join(known))
                )
        elif error.validator == "required":
            for key in error.validator_value:
                if key not in error.instance:
                    yield _("{place} lacks the key {key}.", place=place, key=key)
        else:
            yield _(
                "{place} cannot be {value}.",
                place=place,
                value=json.dumps(error.instance, ensure_ascii=False),
            )
