"""The only door to dbt."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner.faults import Fault
from runner.messages import _
from runner.vocabulary import PROJECT


@dataclass(frozen=True)
class Built:
    """A finished build: dbt's id of it, its nodes by status, and those that failed, with why."""

    invocation_id: str
    dbt_version: str
    counts: dict[str, int]
    broken: list[str]

    @property
    def passed(self) -> bool:
        """Whether every node ran and every test passed."""
        return not self.broken


def build(
    data_dir: Path, advance: Callable[[int, int], None] | None = None, target: str = "dev"
) -> Built:
    """Build and test all models from the landing of `data_dir` on a target of profiles.yml.

    `advance` is told the number of finished nodes and of all. Raises `Fault` when dbt could not
    start; failed nodes are named in the result.
    """
    folder = data_dir.resolve() / "build"
    os.environ |= {
        "L2C_DATA_DIR": str(data_dir.resolve()),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "0",
        "GX_ANALYTICS_ENABLED": "false",
    }
    os.environ.setdefault("DO_NOT_TRACK", "1")
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner
    from dbt.version import __version__

    progress = _Progress(advance) if advance else None
    try:
        outcome = dbtRunner(callbacks=[progress] if progress else []).invoke(
            [
                *("--quiet", "--log-level", "none", "--no-version-check"),
                *("build", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
                *("--target", target),
                *("--target-path", str(folder / "target"), "--log-path", str(folder / "logs")),
            ]
        )
    finally:
        # dbt keeps its handle, and with it every reader out.
        DuckDBConnectionManager.close_all_connections()
    results = getattr(outcome.result, "results", None)
    if not results:
        raise Fault(
            _("dbt could not build: {problem}", problem=str(outcome.exception or "no node ran"))
        )
    counts: dict[str, int] = {}
    for result in results:
        status = str(getattr(result.status, "value", result.status))
        counts[status] = counts.get(status, 0) + 1
    return Built(
        invocation_id=_invocation_id(folder / "target"),
        dbt_version=__version__,
        counts=counts,
        broken=[_broken(result) for result in results if result.status in {"error", "fail"}],
    )


def _invocation_id(target: Path) -> str:
    written = json.loads((target / "run_results.json").read_text(encoding="utf-8"))
    return str(written["metadata"]["invocation_id"])


def _broken(result: Any) -> str:
    node = result.node
    says = getattr(node, "description", "") or node.original_file_path
    message = " ".join(str(result.message).split())
    return f"{node.name} ({says}): {message}"


class _Progress:
    """Counts finished nodes from dbt's events, of which there are many: the name decides first."""

    def __init__(self, advance: Callable[[int, int], None]) -> None:
        self.advance = advance
        self.finished = 0
        self.total = 0

    def __call__(self, event: Any) -> None:
        name = event.info.name
        if name == "LogStartLine":
            self.total = event.data.total
        elif name == "NodeFinished":
            self.finished += 1
            self.advance(self.finished, max(self.total, self.finished))
