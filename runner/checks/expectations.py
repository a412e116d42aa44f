"""The only module that imports Great Expectations: suites and frames in, checks out.

Suites are JSON under tests/expectations, in Great Expectations' own form. Their `meta` names the
table, the columns projected from it, its key, and queries whose first column fills `$PARAMETER`s.
A suite keeps one expectation per type, columns and row condition and silently drops a second one,
so an expectation without a result is an error here.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

from runner import garbage
from runner.messages import LANGUAGES, _, in_each, language
from runner.project import PROJECT
from runner.verdict import EXAMPLES, Check, example, own_remedy

if TYPE_CHECKING:
    import pandas as pd

FOLDER = PROJECT / "tests" / "expectations"
Suite = dict[str, Any]


@dataclass(frozen=True)
class Batch:
    """The rows for a suite, its parameters, and the number of rows they were sampled from."""

    suite: Suite
    frame: pd.DataFrame
    parameters: dict[str, list[Any]]
    sampled_from: int | None = None


@cache
def suites() -> tuple[Suite, ...]:
    """Return all suites, by name."""
    return tuple(json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json")))


def frame(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """Return a frame of a few rows."""
    import pandas as pd

    return pd.DataFrame([list(row) for row in rows], columns=list(columns))


def version() -> str:
    """Return the version of Great Expectations."""
    from importlib.metadata import version as of

    return of("great-expectations")


def validate(batches: Sequence[Batch]) -> list[Check]:
    """Check each batch with its suite; an expectation that could not run is an error."""
    definition = _definition()
    return [check for batch in batches for check in _validate(definition, batch)]


class _Later(ModuleType):
    """A placeholder for a module, which is imported on first use."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


def _import_when_used(name: str) -> None:
    """Defer a module that our suites do not use; it takes a third of the import time."""
    if name not in sys.modules:
        sys.modules[name] = _Later(name)
        parent, _dot, child = name.rpartition(".")
        if parent:
            setattr(importlib.import_module(parent), child, sys.modules[name])


@cache
def _definition() -> Any:
    """Start Great Expectations once, without progress bars, analytics or output on stderr.

    Return one batch definition for all suites, since each new one costs a save.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    for name in ("scipy.stats", "altair"):
        _import_when_used(name)
    with garbage.not_searched():
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig
        from great_expectations.execution_engine import pandas_execution_engine

    # It hashes every frame below this size twice, for a fingerprint that is not used here.
    pandas_execution_engine.HASH_THRESHOLD = 0
    # It sets its own log level, and the root handlers added by dbt would print its messages.
    logging.getLogger("great_expectations").propagate = False
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    source = context.data_sources.add_pandas("build")
    return source.add_dataframe_asset("rows").add_batch_definition_whole_dataframe("all")


def _validate(definition: Any, batch: Batch) -> list[Check]:
    expected, measured = batch.suite["expectations"], _for_each(batch)
    if batch.frame.empty:
        return [_check(batch, expectation, "skipped", {}) for expectation in expected]
    results = _judge(definition, batch, expected, batch.frame)
    failed = [each for each in expected if _has_failed(results.get(each["meta"]["name"]))]
    if failed:
        # Counting and naming failing rows costs more than the judgement.
        results |= _judge(definition, batch, failed, batch.frame, with_rows=True)
    if measured:
        row = {each["kwargs"]["column"]: each["meta"]["measured"]["value"] for each in measured}
        one_row = frame(list(row), [list(row.values())]).astype("float64")
        results |= _judge(definition, batch, measured, one_row)
    return [
        _verdict(batch, expectation, results.get(expectation["meta"]["name"]))
        for expectation in (*expected, *measured)
    ]


def _has_failed(result: Any) -> bool:
    return result is not None and not result.success


def _judge(
    definition: Any,
    batch: Batch,
    expected: Sequence[dict[str, Any]],
    rows: pd.DataFrame,
    *,
    with_rows: bool = False,
) -> dict[str, Any]:
    """Return the result of each expectation by name; `with_rows`: with the failing rows."""
    import great_expectations as gx
    from great_expectations.expectations.expectation_configuration import (
        ExpectationConfiguration,
    )

    suite = gx.ExpectationSuite(name=batch.suite["name"])
    for expectation in expected:
        suite.add_expectation_configuration(
            ExpectationConfiguration(
                type=expectation["type"],
                kwargs=expectation["kwargs"],
                severity=expectation["severity"],
                meta={"name": expectation["meta"]["name"]},
            )
        )
    details = {
        "result_format": "SUMMARY",
        "partial_unexpected_count": EXAMPLES,
        "unexpected_index_column_names": batch.suite["meta"]["key"],
        "return_unexpected_index_query": False,
    }
    validated = definition.get_batch(batch_parameters={"dataframe": rows}).validate(
        suite,
        expectation_parameters=batch.parameters,
        result_format=details if with_rows else {"result_format": "BOOLEAN_ONLY"},
    )
    return {result.expectation_config.meta["name"]: result for result in validated.results}


def _for_each(batch: Batch) -> list[dict[str, Any]]:
    """Return the expectations that a suite has for each row of its table.

    Each is on a column of its own, in one row of all values: a condition per row costs a query.
    """
    expected: list[dict[str, Any]] = []
    template = batch.suite["meta"].get("for_each")
    for row in batch.frame.to_dict("records") if template else ():
        limits = {"column": row["measure"], "max_value": row[template["maximum"]]}
        texts = {key: row[key] for key in ("remedy_en", "remedy_ja")}
        labels = {
            f"{kind}_{language}": text.format(label=row[f"label_{language}"])
            for language in LANGUAGES
            for kind, text in (("text", "{label}"), ("problem", template[f"problem_{language}"]))
        }
        expected.append(
            {
                "type": template["type"],
                "kwargs": limits,
                "severity": row["severity"],
                "meta": {"name": row["measure"], **labels, **texts, "measured": row},
            }
        )
    return expected


def _verdict(batch: Batch, expectation: dict[str, Any], result: Any) -> Check:
    if result is None:
        return _check(batch, expectation, "error", {"error": "no result"})
    raised = _raised(result.exception_info)
    if raised:
        return _check(batch, expectation, "error", {"error": raised})
    measured = expectation["meta"].get("measured")
    if result.success and measured and not measured["value"] >= 0:
        return _check(batch, expectation, "skipped", {})
    return _check(batch, expectation, "passed" if result.success else "failed", result.result)


def _raised(information: dict[str, Any]) -> str:
    """Return the message of an expectation that could not run; there are two formats of it."""
    if "raised_exception" in information:
        return str(information["exception_message"]) if information["raised_exception"] else ""
    return "; ".join(dict.fromkeys(filter(None, (_raised(each) for each in information.values()))))


def _check(batch: Batch, expectation: dict[str, Any], status: str, result: dict[str, Any]) -> Check:
    meta = expectation["meta"]
    measured = meta.get("measured")
    has_failed = status in ("failed", "error")
    count = result.get("unexpected_count") if has_failed else None
    examples: tuple[str, ...] = ()
    if has_failed and measured:
        count = int(measured["part"]) if measured["part"] >= 0 else None
        found = measured["examples"]
        examples = tuple(found.split("; ")) if isinstance(found, str) else ()
    elif has_failed:
        examples = _examples(result)
    problem = (
        in_each(lambda: _problem(batch, meta, result))
        if status == "failed"
        else in_each(lambda: _("Not checked: {sentence}", sentence=meta[f"text_{language()}"]))
    )
    column = expectation["kwargs"].get("column") or expectation["kwargs"].get("column_A", "")
    return Check(
        name=meta["name"],
        tool="great_expectations",
        where=batch.suite["name"] if measured else f"{batch.suite['name']}.{column}",
        severity=expectation["severity"],
        status=status,
        what={"en": meta["text_en"], "ja": meta["text_ja"]},
        problem=problem,
        found=in_each(lambda: _found(batch, status, result, measured)),
        remedy=own_remedy(meta)
        or in_each(
            lambda: _(
                "A number the models compute is wrong: report this check and its examples, with"
                " the versions that l2c doctor shows."
            )
        ),
        count=count,
        examples=examples,
    )


def _problem(batch: Batch, meta: dict[str, Any], result: dict[str, Any]) -> str:
    """Return the problem text with count, value or keys of failing rows filled in."""
    keys = batch.suite["meta"]["key"]
    rows = result.get("partial_unexpected_index_list") or []
    named = [_named([row[key] for key in keys if row[key] != ""], keys) for row in rows]
    return str(meta[f"problem_{language()}"]).format(
        count=f"{result.get('unexpected_count') or 0:,}",
        value=result.get("observed_value"),
        rows="; ".join(dict.fromkeys(named or _examples(result))),
    )


def _named(values: Sequence[Any], keys: Sequence[str]) -> str:
    """Return the name of a row from its key, or from its file and sheet."""
    if keys == ["source_file", "sheet"] and len(values) > 1:
        return _("{file}, sheet {sheet}", file=values[0], sheet=values[1])
    return ", ".join(map(str, values))


def _examples(result: dict[str, Any]) -> tuple[str, ...]:
    """Return the keys of failing rows, else the failing values."""
    rows = result.get("partial_unexpected_index_list") or []
    if rows:
        return tuple(dict.fromkeys(example(row) for row in rows[:EXAMPLES]))
    values = result.get("partial_unexpected_list") or []
    missing = [f"– {value}" for value in result.get("partial_missing_list") or []]
    return tuple(dict.fromkeys(str(value) for value in [*values, *missing][:EXAMPLES]))


def _found(
    batch: Batch, status: str, result: dict[str, Any], measured: dict[str, Any] | None
) -> str:
    if status == "error":
        return _("the check could not run: {problem}", problem=result["error"])
    if status == "skipped":
        return _("no rows to check")
    parts = []
    if measured:
        parts.append(_measured(measured))
    elif status == "failed" and "element_count" in result:
        parts.append(
            _(
                "rows: {count} of {whole}",
                count=f"{result['unexpected_count']:,}",
                whole=f"{result['element_count']:,}",
            )
        )
    elif status == "failed" and result.get("observed_value") is not None:
        parts.append(_("found {value}", value=result["observed_value"]))
    if batch.sampled_from:
        parts.append(
            _(
                "checked on {rows} of {whole} rows; every sampled case is complete",
                rows=f"{len(batch.frame):,}",
                whole=f"{batch.sampled_from:,}",
            )
        )
    return "; ".join(parts)


def _measured(row: dict[str, Any]) -> str:
    if row["unit"] == "days":
        return _("{days} days, limit {limit}", days=f"{row['value']:g}", limit=f"{row['limit']:g}")
    return _(
        "{part} of {whole} ({share}), limit {limit}",
        part=f"{row['part']:,.0f}",
        whole=f"{row['whole']:,.0f}",
        share=f"{row['value']:.2%}",
        limit=f"{row['limit']:.2%}",
    )
