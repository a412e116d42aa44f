"""What dbt said of a build."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Node:
    """What became of one node of the build: a model, a seed, a test or a unit test.

    `table` is what a test asks, or the node itself; `test` the name of a generic test and
    `arguments` what it was given; `failures` counts the rows a failed test gave, which `sql` gives
    again. `columns` describes those of a model.
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
        """Whether it failed, or could not run."""
        return self.status in ("error", "fail")


@dataclass(frozen=True)
class BuildResult:
    """A finished build: dbt's id of it and its nodes."""

    invocation_id: str
    dbt_version: str
    nodes: list[Node]

    @property
    def broken(self) -> list[str]:
        """Name the nodes that failed, each with why."""
        return [
            f"{node.name} ({node.description or node.path}): {node.message}"
            for node in self.nodes
            if node.is_broken
        ]
