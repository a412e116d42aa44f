"""What state the data folder is in, and what to do about it."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from runner import __version__, data_folder
from runner.checks import gates
from runner.faults import Fault, explained
from runner.landing import imports
from runner.messages import _
from runner.publish import publication
from runner.values import zones

# Free space under this many times the build file could end the next run.
ROOM = 3


@dataclass
class Findings:
    """What was found, in lines, and what to do, in order; nothing to do when all is well."""

    lines: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)


def examine(data_dir: Path) -> Findings:
    """Look at versions, folder, locks, disk, landing, build and publication; change nothing."""
    found = Findings()
    packages = ("dbt-core", "dbt-duckdb", "duckdb", "great-expectations")
    versions = [f"{name} {version(name)}" for name in packages]
    python = f"Python {sys.version.split()[0]}"
    found.lines.append(", ".join([f"l2c {__version__}", python, *versions]))
    found.lines.append(_("data folder: {folder}", folder=data_dir))
    if not data_dir.exists():
        found.lines.append(_("landed: nothing; a build takes the log a clone carries"))
        found.steps.append(_first_step())
        return found
    _folder(data_dir, found)
    try:
        _ways(data_dir, found)
    except (Fault, OSError) as problem:
        found.steps.append(explained(problem))
    return found


def _folder(data_dir: Path, found: Findings) -> None:
    if not os.access(data_dir, os.W_OK):
        found.steps.append(
            _("allow writing to {folder}, or choose another with --data-dir", folder=data_dir)
        )
    taken = data_folder.is_taken(data_dir)
    found.lines.append(_("lock: another l2c command is at work") if taken else _("lock: free"))
    build = publication.build_path(data_dir)
    size = build.stat().st_size if build.exists() else 0
    free = shutil.disk_usage(data_dir).free
    found.lines.append(
        _("disk: {free} MB free, the build takes {size} MB", free=free >> 20, size=size >> 20)
    )
    if free < ROOM * size:
        found.steps.append(
            _("free some disk space: a run needs up to {times} times the build", times=ROOM)
        )


def _ways(data_dir: Path, found: Findings) -> None:
    """Compare what is landed, built, judged and published, in the order of the data's way."""
    target = publication.published_path(data_dir)
    own = imports.landed_files(data_dir / "landing")
    landed = publication.inputs(data_dir) if (data_dir / "landing" / imports.EMPTY).exists() else []
    files = dict.fromkeys(each["source_file"] for each in landed)
    found.lines.append(
        _("landed: {files}", files=", ".join(files))
        if own
        else _("landed: nothing; a build takes the log a clone carries")
    )
    published = publication.read_runs(target)
    verdict = gates.last(data_dir)
    if published is None:
        found.lines.append(_("published: nothing"))
    else:
        found.lines.append(
            _(
                "published: run {run}, as of {as_of}, content {content}",
                run=published["run"],
                as_of=_as_of(published),
                content=published["content_hash"][:12],
            )
        )
        if published["forced_because"]:
            found.lines.append(
                _(
                    "published in spite of failed checks: {reason}",
                    reason=published["forced_because"],
                )
            )
    if publication.wal(target).exists() or (published and not _described(target, published)):
        found.steps.append(
            _(
                "something beside the published file does not match it: any command"
                " that builds, checks or publishes repairs it"
            )
        )
    built = (data_dir / "build" / "build.json").exists()
    if not built and not own:
        found.steps.append(_first_step())
    elif not built:
        found.steps.append(_("nothing is built, or a build did not finish: l2c run"))
    elif published and json.loads(published["inputs"]) == landed:
        found.lines.append(_("published and landed match"))
    elif verdict is None or not gates.is_of_last_build(data_dir, verdict):
        found.steps.append(_("the last build is not checked: l2c check, then l2c publish"))
    elif not verdict.passed:
        found.steps.append(_("the last build failed its checks: l2c check shows what to do"))
    else:
        found.steps.append(_("what is landed is not what is published: l2c run"))


def _as_of(published: dict[str, str]) -> str:
    """Give the as-of moment on the clock of the reporting zone; a file of before names none."""
    if not published["as_of"]:
        return "–"
    zone = published.get("reporting_time_zone", "UTC")
    return zones.on_the_clock(datetime.fromisoformat(published["as_of"]), zone)


def _first_step() -> str:
    return _(
        "nothing is landed yet: l2c run FILE… for your own file, l2c template for one to fill in,"
        " or l2c demo to look round"
    )


def _described(target: Path, published: dict[str, str]) -> bool:
    beside = target.parent / publication.MANIFEST
    return beside.exists() and beside.read_text("utf-8") == publication.described(published)
