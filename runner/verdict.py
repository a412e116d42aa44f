"""Check results and the verdict on a build; one record type for dbt tests and expectations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from runner.messages import _
from runner.severity import CRITICAL, INFO, SEVERITIES

EXAMPLES = 5

# A text in each language.
Texts = dict[str, str]


@dataclass(frozen=True)
class Check:
    """One check: expectation, place, severity and result.

    `status` is passed, failed, error (it could not run, which counts as failed) or skipped (there
    were no rows to check, or the build stopped earlier). `what` is the expectation, `problem` its
    negation for a failed check. `count` is the number of failing rows, if the check counts rows;
    `found` is the result in words.
    """

    name: str
    tool: str
    where: str
    severity: str
    status: str
    what: Texts
    problem: Texts
    found: Texts
    remedy: Texts
    count: int | None = None
    examples: tuple[str, ...] = ()

    @property
    def has_failed(self) -> bool:
        """Whether it failed or could not run."""
        return self.status in ("failed", "error")

    @property
    def headline(self) -> Texts:
        """Return the problem of a failed check, the expectation of any other."""
        return self.problem if self.has_failed else self.what

    @classmethod
    def of(cls, record: dict[str, Any]) -> Check:
        """Return the check from a record made by `dataclasses.asdict`."""
        return cls(**{**record, "examples": tuple(record["examples"])})


@dataclass(frozen=True)
class Verdict:
    """The check results of a build; it passed if no critical check failed."""

    build: str
    content_hash: str
    checks: list[Check]

    @property
    def passed(self) -> bool:
        """Whether the build may be published."""
        return not failed_checks(self.checks, CRITICAL)

    @property
    def is_complete(self) -> bool:
        """Whether the build finished; an unfinished build cannot be published."""
        return bool(self.content_hash)


def own_remedy(meta: dict[str, Any]) -> Texts | None:
    """Return the remedy in the `meta` of a check, or None: then the remedy of its kind applies."""
    if not meta.get("remedy_en"):
        return None
    return {"en": meta["remedy_en"], "ja": meta["remedy_ja"]}


def failed_checks(checks: Iterable[Check], severity: str = INFO) -> list[Check]:
    """Return the failed checks of this severity or a higher one, most severe first."""
    included = SEVERITIES[: SEVERITIES.index(severity) + 1]
    found = [check for check in checks if check.has_failed and check.severity in included]
    return sorted(found, key=lambda check: (SEVERITIES.index(check.severity), check.name))


def tally(checks: Sequence[Check]) -> dict[str, int]:
    """Count the checks that passed, were skipped, and failed by severity."""
    counts = Counter(check.severity if check.has_failed else check.status for check in checks)
    return {name: counts[name] for name in ("passed", "skipped", *SEVERITIES)}


def example(row: dict[str, Any]) -> str:
    """Return a failing row as text: its file and sheet, then other columns and values."""
    rest = {name: value for name, value in row.items() if name not in ("source_file", "sheet")}
    place = "!".join(str(row[name]) for name in ("source_file", "sheet") if row.get(name))
    cells = [f"{name} {'–' if value is None else value}" for name, value in rest.items()]
    return ", ".join([place, *cells] if place else cells)


def how_to_force() -> str:
    """Return the sentence on how to publish a build that failed its checks."""
    return _('To publish anyway: l2c publish --force --reason "…"')
