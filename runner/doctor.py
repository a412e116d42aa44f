"""The state of the data folder, and the steps to correct it."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version

from runner import __version__
from runner.checks import gates
from runner.checks.candidate import read_runs
from runner.data_folder import DataFolder
from runner.engines.builds import DuckDbBuild, wal
from runner.faults import Fault, explained
from runner.landing import store
from runner.messages import _
from runner.publish import publication
from runner.values import zones
from runner.verdict import Verdict

# With less free space than this many times the build file, the next run may fail.
ROOM = 3


@dataclass
class Findings:
    """Findings as lines, and steps to take, in order; no steps when nothing is wrong."""

    lines: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)


def examine(folder: DataFolder) -> Findings:
    """Check versions, folder, locks, disk, landing, build and publication; change nothing."""
    found = Findings()
    packages = ("dbt-core", "dbt-duckdb", "duckdb", "great-expectations")
    versions = [f"{name} {version(name)}" for name in packages]
    python = f"Python {sys.version.split()[0]}"
    found.lines.append(", ".join([f"l2c {__version__}", python, *versions]))
    found.lines.append(_("data folder: {folder}", folder=folder))
    if not folder.exists:
        found.lines.append(_("landed: nothing; a build uses the demo log of the clone"))
        found.steps.append(_first_step())
        return found
    build = DuckDbBuild(folder)
    _check_folder(build, found)
    try:
        _check_pipeline(build, found)
    except (Fault, OSError) as problem:
        found.steps.append(explained(problem))
    return found


def _check_folder(build: DuckDbBuild, found: Findings) -> None:
    """Check permissions, lock and disk."""
    folder = build.folder
    if not folder.is_writable:
        found.steps.append(
            _("allow writing to {folder}, or choose another with --data-dir", folder=folder)
        )
    found.lines.append(
        _("lock: another l2c command is at work") if folder.is_locked else _("lock: free")
    )
    size = build.tables.stat().st_size if build.tables.exists() else 0
    free = shutil.disk_usage(folder.path).free
    found.lines.append(
        _("disk: {free} MB free, the build takes {size} MB", free=free >> 20, size=size >> 20)
    )
    if free < ROOM * size:
        found.steps.append(
            _("free some disk space: a run needs up to {times} times the build", times=ROOM)
        )


def _check_pipeline(build: DuckDbBuild, found: Findings) -> None:
    """Compare the landing, the build, its verdict and the publication, in pipeline order."""
    own = store.landed_files(build.folder)
    has_landing = (build.folder.landing / store.EMPTY).exists()
    landed = store.inputs(build.folder) if has_landing else []
    files = dict.fromkeys(each["source_file"] for each in landed)
    found.lines.append(
        _("landed: {files}", files=", ".join(files))
        if own
        else _("landed: nothing; a build uses the demo log of the clone")
    )
    published = read_runs(build.published)
    verdict = gates.last(build)
    found.lines += _published(published)
    if wal(build.published).exists() or not publication.matches_manifest(build, published):
        found.steps.append(
            _(
                "something beside the published file does not match it: any command"
                " that builds, checks or publishes repairs it"
            )
        )
    is_built = build.result.exists()
    if not is_built and not own:
        found.steps.append(_first_step())
    elif not is_built:
        found.steps.append(_("nothing is built, or a build did not finish: l2c run"))
    elif published and json.loads(published["inputs"]) == landed:
        found.lines.append(_("published and landed match"))
    else:
        found.steps.append(_next_step(build, verdict))


def _published(runs: dict[str, str] | None) -> Iterator[str]:
    """Yield lines that describe the publication."""
    if runs is None:
        yield _("published: nothing")
        return
    yield _(
        "published: run {run}, as of {as_of}, content {content}",
        run=runs["run"],
        as_of=_as_of(runs),
        content=runs["content_hash"][:12],
    )
    if runs["forced_because"]:
        yield _("published despite failed checks: {reason}", reason=runs["forced_because"])


def _next_step(build: DuckDbBuild, verdict: Verdict | None) -> str:
    """Return the next step for a build that is not published."""
    if verdict is None or not gates.is_of_last_build(build, verdict):
        return _("the last build is not checked: l2c check, then l2c publish")
    if not verdict.passed:
        return _("the last build failed its checks: l2c check shows what to do")
    return _("what is landed is not what is published: l2c run")


def _as_of(published: dict[str, str]) -> str:
    """Return the as-of moment in the reporting zone; older files have no zone."""
    if not published["as_of"]:
        return "–"
    zone = published.get("reporting_time_zone", "UTC")
    return zones.on_the_clock(datetime.fromisoformat(published["as_of"]), zone)


def _first_step() -> str:
    return _(
        "nothing is landed yet: l2c run FILE… for your own file, l2c template for one to fill in,"
        " or l2c demo to look round"
    )
