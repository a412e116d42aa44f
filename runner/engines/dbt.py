"""The only module that imports dbt."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from runner import checkpoints, garbage
from runner.engines.build_result import BuildResult, Node
from runner.engines.builds import Build
from runner.faults import Fault
from runner.messages import _
from runner.project import PROJECT


def build(
    place: Build,
    advance: Callable[[int, int], None] | None = None,
    *,
    selector: str | None = "fast",
) -> BuildResult:
    """Build and test all models from the landing, on the engine of `place`.

    `selector` is one of selectors.yml, None for all: `fast` skips the tests of the SQL. `advance`
    is called with the numbers of finished nodes and of all nodes. Raise `Fault` when dbt could not
    start; failed nodes are in the result.
    """
    os.environ |= {
        "L2C_DATA_DIR": str(place.folder.path.resolve()),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "0",
        "GX_ANALYTICS_ENABLED": "false",
    }
    os.environ.setdefault("DO_NOT_TRACK", "1")
    # Artifacts and a log that are not used here; set them to true and debug to examine dbt's work.
    os.environ.setdefault("DBT_WRITE_JSON", "false")
    os.environ.setdefault("DBT_LOG_LEVEL_FILE", "none")
    with garbage.not_searched():
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner
        from dbt.version import __version__
        from dbt_common.invocation import get_invocation_id

        listen(advance)
        try:
            outcome = dbtRunner().invoke(
                [
                    *("--quiet", "--log-level", "none", "--no-version-check"),
                    *("build", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
                    *("--target", place.target),
                    *("--exclude-resource-type", "exposure"),
                    *(("--selector", selector) if selector else ()),
                    *("--target-path", str(place.dbt_target), "--log-path", str(place.dbt_logs)),
                ]
            )
        finally:
            # dbt keeps its connection open, which locks out every reader.
            DuckDBConnectionManager.close_all_connections()
    results = getattr(outcome.result, "results", None)
    if not results:
        raise Fault(
            _("dbt could not build: {problem}", problem=str(outcome.exception or "no node ran"))
        )
    return BuildResult(
        invocation_id=get_invocation_id(),
        dbt_version=__version__,
        nodes=[_node(result) for result in results],
    )


def _node(result: Any) -> Node:
    node = result.node
    generic = getattr(node, "test_metadata", None)
    is_test = node.resource_type in ("test", "unit_test")
    broken = result.status in ("error", "fail", "warn")
    return Node(
        name=node.name,
        kind=str(getattr(node.resource_type, "value", node.resource_type)),
        status=str(getattr(result.status, "value", result.status)),
        table=_tested_tables(node) if is_test else node.name,
        description=node.description or "",
        message=" ".join(str(result.message or "").split()),
        path=node.original_file_path,
        schema="" if is_test else node.schema,
        test=generic.name if generic else "",
        arguments={}
        if not generic
        else {key: value for key, value in generic.kwargs.items() if key != "model"},
        meta=dict(node.config.meta or {}),
        failures=result.failures or 0,
        sql=(getattr(node, "compiled_code", None) or "") if is_test and broken else "",
        columns={}
        if is_test
        else {name: column.description for name, column in node.columns.items()},
    )


def _tested_tables(node: Any) -> str:
    """Return the tables of a test: one for a generic test, else all that the test reads."""
    tested = getattr(node, "attached_node", None) or getattr(node, "tested_node_unique_id", None)
    read = [tested] if tested else node.depends_on.nodes
    return ", ".join(sorted(name.rpartition(".")[2] for name in read))


def listen(advance: Callable[[int, int], None] | None) -> None:
    """Count finished nodes from dbt's events, and drop events for the debug log, which is not kept.

    A build fires about five thousand of them; their messages would take a tenth of its CPU time.
    """
    from dbt_common.events.base_types import BaseEvent, EventLevel
    from dbt_common.events.event_manager import EventManager
    from dbt_common.events.event_manager_client import ctx_set_event_manager

    class Events(EventManager):
        finished = total = 0

        def fire_event(
            self, e: BaseEvent, level: EventLevel | None = None, *args: Any, **kwargs: Any
        ) -> None:
            name = type(e).__name__
            if name == "LogStartLine":
                self.total = e.total
            elif name == "NodeFinished":
                self.finished += 1
                checkpoints.reach("node finished")
                if advance:
                    advance(self.finished, max(self.total, self.finished))
            if self.loggers or (level or e.level_tag()) != EventLevel.DEBUG:
                super().fire_event(e, level, *args, **kwargs)

    ctx_set_event_manager(Events())
