"""Terminal output of commands: tables, a progress bar, and the summary of a result."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.data_folder import DataFolder
from runner.engines.builds import Build
from runner.messages import _

if TYPE_CHECKING:
    from runner.publish.case_timeline import Timeline


def show_table(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    numeric: AbstractSet[int],
    unbroken: AbstractSet[int] = frozenset(),
) -> None:
    """Print a table: drawn on a terminal, else tab-separated. `numeric` columns align right.

    On a narrow terminal, texts continue on the next line, except in `unbroken` columns.
    """
    if not sys.stdout.isatty():
        for row in [headers, *rows]:
            click.echo("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for number, header in enumerate(headers):
        table.add_column(
            header,
            justify="right" if number in numeric else "left",
            no_wrap=number in unbroken,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)


def say_if_waiting(folder: DataFolder) -> None:
    """Print a message if another command is running in the folder."""
    if folder.is_locked:
        click.echo(_("another l2c command is at work in this folder; waiting for it"), err=True)


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """Show a progress bar on a terminal; yield its update function, or None without a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=None)
        yield lambda finished, total: progress.update(task, completed=finished, total=total)


def show_rejected(build: Build) -> None:
    """Print the path of the workbook of rejected rows, if the last build rejected any."""
    if build.rejected.exists():
        click.echo(_("Rejected rows, each with what to do: {file}", file=build.rejected))


def show_published(path: Path) -> None:
    """Print the summary of a published file and its path."""
    show_summary(path)
    click.echo()
    click.echo(_("Published: {file}", file=path))


def show_summary(path: Path) -> None:
    """Print the summary of a published file or of a candidate for publication."""
    from runner.checks.headline import headline
    from runner.publish import summary

    for line in headline(path):
        click.echo(line)
    click.echo()
    show_table(
        [_("slowest steps"), _("transitions"), _("median days"), _("p90 days"), _("total days")],
        summary.slowest_steps(path),
        numeric={1, 2, 3, 4},
    )
    click.echo()
    show_table([_("KPI"), _("value"), _("cases"), _("status")], summary.kpis(path), numeric={1, 2})


def show_case(timeline: Timeline) -> None:
    """Print the timeline of a case."""
    for line in timeline.head():
        click.echo(line)
    click.echo()
    show_table(timeline.headers(), timeline.rows(), numeric={1}, unbroken={0, 1, 2})
    click.echo()
    for line in timeline.foot():
        click.echo(line)
