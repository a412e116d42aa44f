"""The commands: arguments in, exit code out."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runner import __version__, messages, vocabulary
from runner.faults import Fault, WrongUsage
from runner.messages import _

if TYPE_CHECKING:
    from runner.landing import Landed, Options


class Commands(click.Group):
    """A group whose commands end with a message, never with a traceback, when data is at fault."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; turn a fault into its message and exit code."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except (Fault, OSError) as fault:
            click.echo(_("Error: {message}", message=fault), err=True)
            return ctx.exit(fault.exit_code if isinstance(fault, Fault) else 1)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="l2c")
def cli() -> None:
    """From exported sales rows to a published, tested process-mining database."""


def data_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --data-dir and --lang; the command gets `data_dir`.

    Stands above `import_options`, so that its messages already have their language.
    """

    @click.option(
        "--data-dir",
        envvar="L2C_DATA_DIR",
        type=click.Path(file_okay=False, path_type=Path),
        default=vocabulary.PROJECT / "data",
        show_default="data/ of the project",
        help="Folder of all data. Also: environment variable L2C_DATA_DIR.",
    )
    @lang_option
    @functools.wraps(command)
    def with_data(*args: Any, **values: Any) -> Any:
        return command(*args, **values)

    return with_data


def lang_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --lang, and speak that language."""

    @click.option(
        "--lang",
        type=click.Choice(messages.LANGUAGES),
        default=messages.default_language,
        show_default="the locale's",
        help="Language of messages about data.",
    )
    @functools.wraps(command)
    def with_language(*args: Any, lang: str, **values: Any) -> Any:
        messages.use(lang)
        return command(*args, **values)

    return with_language


def import_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how to read files; the command gets them as `options`."""

    @click.option(
        "--map",
        "mapping",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Mapping file for other headers and for files with one row per deal.",
    )
    @click.option("--time-zone", help="Zone of times without UTC offset, such as Asia/Tokyo.")
    @click.option(
        "--date-format",
        "date_formats",
        multiple=True,
        help="How dates are written, such as %d/%m/%Y; may be repeated. Replaces the mapping's.",
    )
    @click.option("--source-system", help="System of record of rows that name none.")
    @functools.wraps(command)
    def with_import(
        *args: Any,
        mapping: Path | None,
        time_zone: str | None,
        date_formats: tuple[str, ...],
        source_system: str | None,
        **values: Any,
    ) -> Any:
        from runner.landing import Options
        from runner.mapping import read

        options = Options(
            mapping=read(mapping) if mapping else None,
            time_zone=time_zone,
            date_formats=date_formats,
            source_system=source_system,
            ask_zone=_ask_zone if sys.stdin.isatty() and sys.stderr.isatty() else None,
        )
        return command(*args, options=options, **values)

    return with_import


def _ask_zone(problem: str) -> str:
    click.echo(problem, err=True)
    return str(click.prompt(_("Time zone of these times"), err=True))


@cli.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@click.option("--replace", is_flag=True, help="Forget earlier imports of the same files first.")
@data_options
@import_options
def import_(files: tuple[Path, ...], data_dir: Path, options: Options, replace: bool) -> None:
    """Add files to the landing: CSV (UTF-8), Parquet or xlsx, by headers or by a mapping."""
    from runner import landing

    for landed in landing.import_files(files, data_dir, options, replace=replace):
        for line in report(landed):
            click.echo(line)


def report(landed: Landed) -> list[str]:
    """Say in lines what became of one file or sheet."""
    from runner.dictionaries import MANY

    name = f"{landed.source_file}, {landed.sheet}" if landed.sheet else landed.source_file
    unknown = [
        _("{name} (nearest: {nearest})", name=given, nearest=nearest) if nearest else given
        for given, nearest in landed.unknown_activities.items()
    ]
    reasons = vocabulary.reasons()
    details = {
        _("rejected"): [
            f"{reason} {count:,} ({reasons[reason].text[messages.language()]})"
            for reason, count in landed.reasons.items()
        ],
        _("bad cells"): [f"{column} {count:,}" for column, count in landed.bad_cells.items()],
        _("unknown activities"): [*unknown[:MANY], *(["…"] if len(unknown) > MANY else [])],
        _("matched"): [
            given if given == became else f"{given} → {became}" for given, became in landed.matched
        ],
        _("carried"): list(landed.carried),
    }
    return [
        _(
            "{name}: {rows} rows read, {events} events, {rejected} rejected, {cells} bad cells,"
            " {unknown} unknown activities",
            name=name,
            rows=f"{landed.rows:,}",
            events=f"{landed.events:,}",
            rejected=f"{landed.rejected:,}",
            cells=f"{sum(landed.bad_cells.values()):,}",
            unknown=f"{len(unknown):,}",
        ),
        *(f"  {label}: {', '.join(found)}" for label, found in details.items() if found),
    ]


@cli.command()
@data_options
def imports(data_dir: Path) -> None:
    """List what is landed."""
    from runner import landing

    headers = [
        _("import"),
        _("file"),
        _("sheet"),
        _("rows"),
        _("events"),
        _("rejected"),
        "sha256",
    ]
    rows = [
        [
            str(entry.import_id),
            entry.source_file,
            entry.sheet,
            f"{entry.rows:,}",
            f"{entry.events:,}",
            f"{entry.rejected:,}",
            entry.sha256[:12],
        ]
        for entry in landing.imports(data_dir)
    ]
    show_table(headers, rows, numeric={0, 3, 4, 5})


def show_table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], numeric: AbstractSet[int]
) -> None:
    """Print a table: drawn on a terminal, tab-separated elsewhere. `numeric` aligns right."""
    if not sys.stdout.isatty():
        for row in [headers, *rows]:
            click.echo("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for number, header in enumerate(headers):
        table.add_column(header, justify="right" if number in numeric else "left")
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)


@cli.command()
@click.argument("names", nargs=-1, required=True, metavar="IMPORT_ID|FILE...")
@data_options
def forget(names: tuple[str, ...], data_dir: Path) -> None:
    """Remove imports from the landing, by id or by file name."""
    from runner import landing

    for entry in landing.forget(data_dir, names):
        click.echo(
            _("Forgot import {number} ({file}).", number=entry.import_id, file=entry.source_file)
        )


@cli.command()
@click.option(
    "--target",
    type=click.Choice(["dev", "spark"]),
    default="dev",
    show_default=True,
    help="Engine, a target of profiles.yml: DuckDB, or Apache Spark (docs/scale.md).",
)
@data_options
def build(data_dir: Path, target: str) -> None:
    """Build and test all models from what is landed, else from the demo log."""
    from runner import landing

    with landing.locked(data_dir):
        build_and_judge(data_dir, target)


@cli.command()
@data_options
def publish(data_dir: Path) -> None:
    """Publish the last build, when it passed its checks, as one new file."""
    from runner import landing, publication

    with landing.locked(data_dir):
        show_published(publication.publish(data_dir).path)


@cli.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option("--add", is_flag=True, help="Keep what is landed already.")
@click.option("--replace", is_flag=True, help="With --add: forget earlier imports of the files.")
@data_options
@import_options
def run(
    files: tuple[Path, ...], data_dir: Path, options: Options, add: bool, replace: bool
) -> None:
    """Import FILEs, build, check, publish; without FILE rebuild what is landed."""
    from runner import landing

    if files:
        for landed in landing.import_files(
            files, data_dir, options, replace=replace, fresh=not add
        ):
            for line in report(landed):
                click.echo(line)
    elif not landing.landed_files(landing.prepare(data_dir)):
        raise WrongUsage(_("nothing is landed; pass files, such as: l2c run events.csv"))
    build_and_publish(data_dir)


@cli.command()
@data_options
def demo(data_dir: Path) -> None:
    """Build and publish the demo log in the folder demo/ of the data; your landing is not seen."""
    from runner import landing

    landing.prepare(data_dir / "demo")
    build_and_publish(data_dir / "demo")


@cli.command()
@click.argument("left", type=click.Path(exists=True, path_type=Path))
@click.argument("right", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--tolerance",
    type=click.FloatRange(min=0),
    default=1e-9,
    show_default=True,
    help="Share of the larger of two fractions by which they may differ.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@lang_option
def diff(left: Path, right: Path, tolerance: float, form: str) -> None:
    """Compare two published results, DuckDB files or Parquet folders; exit 1 on a difference."""
    from runner import comparison

    compared = comparison.compare(left, right, tolerance)
    click.echo("\n".join(comparison.rendered(compared, form)))
    if not all(table.is_equal for table in compared):
        raise click.exceptions.Exit(1)


def build_and_publish(data_dir: Path) -> None:
    """Build what is landed, publish it when it passed, and show the summary."""
    from runner import landing, publication

    with landing.locked(data_dir):
        build_and_judge(data_dir)
        published = publication.publish(data_dir)
    show_published(published.path)


def build_and_judge(data_dir: Path, target: str = "dev") -> None:
    """Build with a progress bar and record what the tests said; raise `Fault` when one failed."""
    from runner import dbt, publication

    with progress_bar(_("Building")) as advance:
        built = dbt.build(data_dir, advance, target)
    publication.record_gates(data_dir, built)
    if not built.passed:
        raise Fault(
            "\n  ".join([_("the build failed its checks; nothing is published:"), *built.broken])
        )


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """Show a bar on a terminal; give the function that moves it, none elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=None)
        yield lambda finished, total: progress.update(task, completed=finished, total=total)


def show_published(path: Path) -> None:
    """Print the summary of a published file and where it is."""
    from runner import summary

    for line in summary.headline(path):
        click.echo(line)
    click.echo()
    show_table(
        [_("slowest steps"), _("transitions"), _("median days"), _("p90 days"), _("total days")],
        summary.slowest_steps(path),
        numeric={1, 2, 3, 4},
    )
    click.echo()
    show_table([_("KPI"), _("value"), _("cases"), _("status")], summary.kpis(path), numeric={1, 2})
    click.echo()
    click.echo(_("Published: {file}", file=path))


if __name__ == "__main__":
    cli(prog_name="l2c")
