"""The gates: the results of dbt's tests and Great Expectations on a build, in one file.

`build.json` has dbt's results of the build, `gates.json` the results of all checks.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from runner import checkpoints
from runner.checks import candidate, data_docs, dbt_checks, expectations, rejected
from runner.checks.batches import batches
from runner.engines.build_result import BuildResult, Node
from runner.engines.builds import Build
from runner.faults import Fault
from runner.files import replace_text
from runner.landing import store
from runner.messages import _
from runner.verdict import Check, Verdict, tally


def forget(build: Build) -> None:
    """Remove the results of the last build before a new one changes its tables."""
    for file in (build.result, build.verdict, build.rejected):
        file.unlink(missing_ok=True)
    build.remove_candidate()


def record(build: Build, result: BuildResult) -> None:
    """Write dbt's results of a build, and its landed inputs."""
    written = asdict(result) | {"inputs": store.inputs(build.folder)}
    replace_text(build.result, json.dumps(written, ensure_ascii=False))


def check(build: Build) -> Verdict:
    """Check the last build: copy its marts as candidate, run every check, write gates.json.

    Raise `Fault` when there is no finished build of the current landing.
    """
    result, inputs = _last_build(build)
    listed = dbt_checks.of_result(build, result)
    made = None
    if dbt_checks.is_finished(result):
        made = candidate.make(build, result, inputs)
        rejected.write(build.rejected, made.path)
        checkpoints.reach("judging")
        listed += expectations.validate(batches(build, made))
    content_hash = made.content_hash if made else ""
    verdict = Verdict(result.invocation_id, content_hash, listed)
    written = asdict(verdict) | {"passed": verdict.passed, "counts": tally(listed)}
    data_docs.write(build.data_docs, verdict, made.path if made else None)
    replace_text(build.verdict, json.dumps(written, indent=1, ensure_ascii=False) + "\n")
    return verdict


def last(build: Build) -> Verdict | None:
    """Return the latest verdict on a build of this engine, or None."""
    if not build.verdict.exists():
        return None
    try:
        written = json.loads(build.verdict.read_text(encoding="utf-8"))
        return Verdict(
            written["build"],
            written["content_hash"],
            [Check.of(each) for each in written["checks"]],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Fault(_("{file} cannot be read; run: l2c check", file=build.verdict.name)) from error


def is_of_last_build(build: Build, verdict: Verdict) -> bool:
    """Return whether a verdict is about the last build."""
    return build.tables.exists() and build.invocation_id() == verdict.build


def recorded(build: Build) -> tuple[BuildResult, list[dict[str, Any]]]:
    """Return dbt's results of the last build, and its landed inputs."""
    if not build.tables.exists() or not build.result.exists():
        raise Fault(_("nothing is built yet, or a build did not finish; run: l2c build"))
    written = json.loads(build.result.read_text(encoding="utf-8"))
    inputs = written.pop("inputs")
    nodes = [Node(**node) for node in written["nodes"]]
    return BuildResult(**{**written, "nodes": nodes}), inputs


def _last_build(build: Build) -> tuple[BuildResult, list[dict[str, Any]]]:
    result, inputs = recorded(build)
    if build.invocation_id() != result.invocation_id:
        raise Fault(_("the build was made by another program than l2c; run: l2c build"))
    if inputs != store.inputs(build.folder):
        raise Fault(_("the landing has changed since the build; run: l2c build"))
    return result, inputs
