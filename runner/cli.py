"""The commands: arguments in, exit code out."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runner import __version__, messages, vocabulary
from runner.faults import Fault, WrongUsage
from runner.messages import _
from runner.usage import Commands
from runner.verdict import SEVERITIES

if TYPE_CHECKING:
    from runner.columns.options import Options

FORMATS = ("text", "json", "junit", "github")


data_dir_option = functools.partial(
    click.option,
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=vocabulary.PROJECT / "data",
    show_default="data/ of the project",
    help="Folder of all data. Also: environment variable L2C_DATA_DIR.",
)
lang_option = functools.partial(
    click.option,
    "--lang",
    type=click.Choice(messages.LANGUAGES),
    default=messages.default_language,
    show_default="the locale's",
    help="Language of messages and help.",
)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="l2c")
@data_dir_option(envvar="L2C_DATA_DIR")
@lang_option()
@click.pass_context
def cli(ctx: click.Context, data_dir: Path, lang: str) -> None:
    """From exported sales rows to a published, tested process-mining database."""
    given = {"data_dir": data_dir, "lang": lang}
    ctx.default_map = dict.fromkeys(cli.commands, given)


def language_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --lang and speak that language; take --data-dir, which the command has no use for.

    Stands above `import_options`, so that its messages already have their language.
    """
    return data_dir_option(expose_value=False, hidden=True)(_speaking(command))


def data_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --data-dir and --lang; the command gets `data_dir`."""
    return data_dir_option()(_speaking(command))


def _speaking(command: Callable[..., Any]) -> Callable[..., Any]:
    @lang_option()
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
        help="How dates are written, such as %d/%m/%Y, or epoch, epoch_ms (seconds, milliseconds"
        " since 1970); may be repeated. Replaces the mapping's.",
    )
    @click.option("--dates-only", is_flag=True, help="Times of day mean nothing: read days only.")
    @click.option("--source-system", help="System of record of rows that name none.")
    @click.option(
        "--sheet",
        "sheets",
        multiple=True,
        help="Sheet of a workbook, or file of a zip, to read; may be repeated. Default: all"
        " visible ones that hold events.",
    )
    @click.option("--encoding", help="Encoding of CSV files, such as cp932. Default: detected.")
    @click.option("--delimiter", help="Sign between cells, or tab, semicolon. Default: detected.")
    @click.option(
        "--decimal",
        type=click.Choice([".", ","]),
        default=".",
        show_default=True,
        help="Sign of decimals.",
    )
    @functools.wraps(command)
    def with_import(*args: Any, **values: Any) -> Any:
        from runner.columns.mapping import read
        from runner.columns.options import Options

        named = [field.name for field in fields(Options) if field.name in values]
        given = {name: values.pop(name) for name in named}
        given["mapping"] = read(given["mapping"]) if given["mapping"] else None
        is_asked = sys.stdin.isatty() and sys.stderr.isatty()
        options = Options(**given, ask_zone=_ask_zone if is_asked else None)
        return command(*args, options=options, **values)

    return with_import


def output_option(about: str, **more: Any) -> Callable[..., Any]:
    """Add `-o`, the file a command writes; its folder must be there. Stands below a language."""
    kind = click.Path(dir_okay=False, path_type=Path)

    def with_option(command: Callable[..., Any]) -> Callable[..., Any]:
        @click.option("-o", "--output", type=kind, help=about, **more)
        @functools.wraps(command)
        def with_output(*args: Any, output: Path | None, **values: Any) -> Any:
            if output and not output.parent.is_dir():
                raise WrongUsage(
                    _("{folder}: there is no such folder; make it first.", folder=output.parent)
                )
            return command(*args, output=output, **values)

        return with_output

    return with_option


def _ask_zone(problem: str) -> str:
    click.echo(problem, err=True)
    return str(click.prompt(_("Time zone of these times"), err=True))


@cli.command()
@language_option
@output_option("File to write; default: lead_to_cash_template_en.xlsx or …_ja.xlsx, here.")
def template(output: Path | None) -> None:
    """Write the Excel template: what to fill in, with examples and where Oracle keeps it."""
    from runner.template import workbook

    path = output or workbook.default_path()
    workbook.write(path)
    click.echo(_("Template: {file}", file=path))


@cli.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@language_option
@output_option(
    "Workbook to write: the file with its wrong cells coloured and the reasons beside them."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json: for programs, as runner/inspection/inspection.schema.json describes it.",
)
@import_options
def inspect(files: tuple[Path, ...], options: Options, output: Path | None, form: str) -> None:
    """Say what an import of FILEs would refuse or doubt; nothing is landed."""
    from runner.inspection import diagnostics, dry_run, json_report, workbook
    from runner.landing import import_report
    from runner.sources import archives

    expanded = archives.expand(files)
    if output and len(expanded) > 1:
        raise WrongUsage(_("-o returns one workbook: inspect one file with it."))
    marks_cells = output is not None
    found = [dry_run.inspect(file, options, marks_cells=marks_cells) for file in expanded]
    if form == "json":
        click.echo(json_report.render(found))
    for inspected in found if form == "text" else ():
        for entry in inspected.landed:
            for line in [
                *import_report.report(entry, with_faults=False),
                *inspected.understood(entry),
            ]:
                click.echo(line)
        click.echo()
        for line in diagnostics.lines(inspected.remarks):
            click.echo(line)
        click.echo(inspected.verdict())
    if output:
        workbook.write(output, found[0], options)
        click.echo(_("Marked workbook: {file}", file=output), err=form == "json")
    if any(inspected.is_refused for inspected in found):
        click.get_current_context().exit(1)


def _reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which table of a file is read and how its bytes are."""
    for option in (
        click.option(
            "--delimiter", help="Sign between cells, or tab, semicolon. Default: detected."
        ),
        click.option("--encoding", help="Encoding of CSV files, such as cp932. Default: detected."),
        click.option("--sheet", help="Sheet of a workbook, or file of a zip, to read."),
    ):
        command = option(command)
    return command


@cli.command("map")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@language_option
@output_option("Mapping file to write, such as mapping.yml; default: standard output.")
@_reading_options
def map_(
    file: Path,
    output: Path | None,
    sheet: str | None,
    encoding: str | None,
    delimiter: str | None,
) -> None:
    """Draft a mapping file for the headers of FILE, each guess with its evidence."""
    from runner.columns import draft, draft_file
    from runner.columns.options import Options
    from runner.faults import DataFault

    if output and output.exists():
        raise DataFault(
            _("there is a file of this name already"),
            file=str(output),
            remedy=_("choose another name with -o: it may hold corrections."),
        )
    sheets = (sheet,) if sheet else ()
    options = Options(sheets=sheets, encoding=encoding, delimiter=delimiter)
    options.check()
    made = draft.draft(file, options)
    written = draft_file.render(made)
    if output:
        output.write_text(written, encoding="utf-8")
        click.echo(_("Draft of a mapping: {file}", file=output))
    else:
        click.echo(written, nl=False)
    for name in made.missing:
        missing = _("no column looks like {column}; fill it in", column=vocabulary.shown(name))
        click.echo(missing, err=True)


@cli.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@click.option("--replace", is_flag=True, help="Forget earlier imports of the same files first.")
@data_options
@import_options
def import_(files: tuple[Path, ...], data_dir: Path, options: Options, replace: bool) -> None:
    """Add files to the landing: CSV, workbooks, Parquet or a zip, by headers or by a mapping."""
    from runner.landing import import_report, imports

    say_if_waiting(data_dir)
    for landed in imports.import_files(files, data_dir, options, replace=replace):
        for line in import_report.report(landed):
            click.echo(line)


@cli.command()
@data_options
def imports(data_dir: Path) -> None:
    """List what is landed."""
    from runner.landing import imports

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
        for entry in imports.imports(data_dir)
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
    from runner.landing import imports

    say_if_waiting(data_dir)
    for entry in imports.forget(data_dir, names):
        click.echo(
            _("Forgot import {number} ({file}).", number=entry.import_id, file=entry.source_file)
        )


target_option = click.option(
    "--target",
    type=click.Choice(["dev", "spark"]),
    default="dev",
    show_default=True,
    help="Engine, a target of profiles.yml: DuckDB, or Apache Spark (docs/scale.md).",
)


all_tests_option = click.option(
    "--all-tests",
    is_flag=True,
    help="Run the unit tests too: they prove the SQL and the seeds, not your data.",
)


@cli.command()
@all_tests_option
@target_option
@data_options
def build(data_dir: Path, target: str, all_tests: bool) -> None:
    """Build and test all models from what is landed, else from the log a clone carries."""
    with alone(data_dir):
        broken = build_models(data_dir, target, all_tests=all_tests)
    if broken:
        raise Fault("\n  ".join([_("the build failed its tests:"), *broken]))


@cli.command()
@click.option(
    "--severity",
    type=click.Choice(SEVERITIES),
    default="critical",
    show_default=True,
    help="Least severity that makes the command fail.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How the checks are listed on standard output.",
)
@target_option
@data_options
def check(data_dir: Path, target: str, severity: str, form: str) -> None:
    """Judge the last build: all tests and expectations in one list; may it be published?"""
    from runner.checks import formats, gates
    from runner.verdict import failed_checks

    with alone(data_dir):
        verdict = gates.check(data_dir, target)
    click.echo(formats.render(verdict, form))
    if form == "text":
        show_rejected(data_dir, target)
    if failed_checks(verdict.checks, severity):
        sys.exit(1)


@cli.command()
@click.option("--force", is_flag=True, help="Publish in spite of failed checks; needs --reason.")
@click.option("--reason", default="", help="Why; it is published with the data, in table runs.")
@click.option("--duckdb", is_flag=True, help="With --target spark: write the DuckDB file as well.")
@target_option
@data_options
def publish(data_dir: Path, target: str, duckdb: bool, force: bool, reason: str) -> None:
    """Put the last build, when it passed its checks, in the place of what is published.

    It is a DuckDB file; of target spark a folder of Parquet.
    """
    from runner.checks import gates
    from runner.publish import publication

    if force != bool(reason.strip()):
        raise WrongUsage(_("--force needs --reason, and --reason needs --force"))
    if duckdb and target != "spark":
        raise WrongUsage(
            _("--duckdb goes with --target spark; any other publication is a DuckDB file")
        )
    with alone(data_dir):
        verdict = gates.last(data_dir, target)
        if force and (verdict is None or not gates.is_of_last_build(data_dir, verdict, target)):
            verdict = gates.check(data_dir, target)
        path = publication.publish(data_dir, verdict, reason.strip(), target)
        if duckdb:
            path = publication.write_duckdb(data_dir, gates.recorded(data_dir, target)[0])
    show_published(path)


@cli.command()
@data_options
def doctor(data_dir: Path) -> None:
    """Show versions, locks, disk, what is landed and published, and what to do."""
    from runner import doctor

    findings = doctor.examine(data_dir)
    for line in findings.lines:
        click.echo(line)
    for number, step in enumerate(findings.steps, start=1):
        click.echo(f"{number}. {step}")
    if findings.steps:
        sys.exit(1)


@cli.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option("--add", is_flag=True, help="Keep what is landed already.")
@click.option("--replace", is_flag=True, help="With --add: forget earlier imports of the files.")
@all_tests_option
@data_options
@import_options
def run(
    files: tuple[Path, ...],
    data_dir: Path,
    options: Options,
    add: bool,
    replace: bool,
    all_tests: bool,
) -> None:
    """Import FILEs, build, check, publish; without FILE rebuild what is landed."""
    from runner.landing import import_report, imports

    if files:
        say_if_waiting(data_dir)
        for landed in imports.import_files(
            files, data_dir, options, replace=replace, fresh=not add
        ):
            for line in import_report.report(landed):
                click.echo(line)
    elif not imports.landed_files(imports.prepare(data_dir)):
        raise WrongUsage(_("nothing is landed; pass files, such as: l2c run events.csv"))
    build_and_publish(data_dir, all_tests=all_tests)


@cli.command()
@all_tests_option
@data_options
def demo(data_dir: Path, all_tests: bool) -> None:
    """Import, build, publish an invented log in the folder demo/; your landing is not seen."""
    from runner.columns.options import Options
    from runner.landing import import_report, imports
    from runner.simulation import demo_log

    folder = data_dir / "demo"
    imports.prepare(folder)
    by_hand, simulated = demo_log.write(folder, messages.language())
    files = [by_hand, simulated.log]
    say_if_waiting(folder)
    for landed in imports.import_files(files, folder, Options(), fresh=True):
        click.echo(import_report.report(landed)[0])
    click.echo(_("Planted causes: {file}", file=simulated.causes))
    build_and_publish(folder, all_tests=all_tests)


@cli.command()
@click.option("--cases", type=click.IntRange(min=1), default=1000, show_default=True, help="Deals.")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Equal seeds give equal logs, on any machine.",
)
@click.option(
    "--plant",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON file of the causes to plant, in the form of the one written beside a log.",
)
@language_option
@output_option("File to write, .csv or .parquet.", default=Path("simulated.csv"), show_default=True)
def simulate(cases: int, seed: int, plant: Path | None, output: Path) -> None:
    """Write an invented log with all columns of the template, and beside it what causes what."""
    from runner.simulation import simulate

    simulated = simulate.simulate(output, cases, seed, messages.language(), plant)
    click.echo(
        messages.counted(
            "{events} events of {count} case: {file}",
            "{events} events of {count} cases: {file}",
            cases,
            events=f"{simulated.events:,}",
            file=simulated.log,
        )
    )
    click.echo(_("Planted causes: {file}", file=simulated.causes))


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
@language_option
def diff(left: Path, right: Path, tolerance: float, form: str) -> None:
    """Compare two published results, DuckDB files or Parquet folders; exit 1 on a difference."""
    from runner.publish import diff

    compared = diff.compare(left, right, tolerance)
    click.echo("\n".join(diff.rendered(compared, form)))
    if not all(table.is_equal for table in compared):
        raise click.exceptions.Exit(1)


def build_and_publish(data_dir: Path, *, all_tests: bool) -> None:
    """Build what is landed, judge it, publish it when it passed, and show the summary."""
    from runner.checks import formats, gates
    from runner.publish import publication

    with alone(data_dir):
        build_models(data_dir, all_tests=all_tests)
        verdict = gates.check(data_dir)
        click.echo(formats.render(verdict, "text"), err=not verdict.passed)
        if verdict.is_complete and not verdict.passed:
            click.echo()
            click.echo(_("Not published. Summary of the build that was refused:"))
            show_summary(publication.candidate_path(data_dir))
            click.echo()
            show_rejected(data_dir)
        path = publication.publish(data_dir, verdict)
    click.echo()
    show_published(path)
    show_rejected(data_dir)


def build_models(data_dir: Path, target: str = "dev", *, all_tests: bool = False) -> list[str]:
    """Build with a progress bar and record what dbt said; name what failed."""
    from runner import seeds
    from runner.checks import gates
    from runner.engines import dbt

    seeds.check(target=target)
    gates.forget(data_dir, target)
    with progress_bar(_("Building")) as advance:
        built = dbt.build(data_dir, advance, target, all_tests=all_tests)
    gates.record(data_dir, built, target)
    return built.broken


@contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """Hold the data folder alone, saying so when another command must end first."""
    from runner.landing import imports
    from runner.publish import publication

    say_if_waiting(data_dir)
    with imports.locked(data_dir):
        for done in publication.repair(data_dir):
            click.echo(done, err=True)
        yield


def say_if_waiting(data_dir: Path) -> None:
    """Say that another command must end first, if one is at work."""
    from runner import data_folder

    if data_folder.is_taken(data_dir):
        click.echo(_("another l2c command is at work in this folder; waiting for it"), err=True)


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


def show_rejected(data_dir: Path, target: str = "dev") -> None:
    """Name the workbook of rejected rows, if the last build rejected any."""
    from runner.checks import rejected

    if (path := rejected.path(data_dir, target)).exists():
        click.echo(_("Rejected rows, each with what to do: {file}", file=path))


def show_published(path: Path) -> None:
    """Print the summary of a published file and where it is."""
    show_summary(path)
    click.echo()
    click.echo(_("Published: {file}", file=path))


def show_summary(path: Path) -> None:
    """Print the summary of a published file, or of one that may be published."""
    from runner.publish import summary

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


if __name__ == "__main__":
    cli(prog_name="l2c")
