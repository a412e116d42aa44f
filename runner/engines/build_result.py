"""dbt's results of a build."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Node:
    """The result of one node of the build: a model, a seed, a test or a unit test.

    `table` is the table of a test, or the node itself; `test` is the name of a generic test and
    `arguments` are its arguments; `failures` is the number of rows that a failed test returned, and
    `sql` its query. `columns` has the descriptions of a model's columns.
    """

    name: str
    kind: str
    status: str
    table: str
    description: str
    message: str
    path: str
    schema: str
    test: str
    arguments: dict[str, Any]
    meta: dict[str, Any]
    failures: int
    sql: str
    columns: dict[str, str]

    @property
    def is_broken(self) -> bool:
        """Whether the node failed or could not run."""
        return self.status in ("error", "fail")


@dataclass(frozen=True)
class BuildResult:
    """A finished build: dbt's invocation id and the nodes."""

    invocation_id: str
    dbt_version: str
    nodes: list[Node]

    @property
    def broken(self) -> list[str]:
        """Return the failed nodes, each with its message."""
        return [
            f"{node.name} ({node.description or node.path}): {node.message}"
            for node in self.nodes
            if node.is_broken
        ]
