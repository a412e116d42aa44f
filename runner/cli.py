"""The commands: arguments in, exit code out."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner import __version__, messages, terminal, vocabulary
from runner.cli_options import (
    all_tests_option,
    build_options,
    data_dir_option,
    data_options,
    import_options,
    lang_option,
    language_option,
    output_option,
    reading_options,
)
from runner.data_folder import DataFolder
from runner.engines.builds import Build, DuckDbBuild
from runner.faults import Fault, WrongUsage
from runner.messages import _
from runner.severity import CRITICAL, SEVERITIES
from runner.usage import Commands

if TYPE_CHECKING:
    from runner.columns.options import Options

FORMATS = ("text", "json", "junit", "github")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="l2c")
@data_dir_option(envvar="L2C_DATA_DIR")
@lang_option()
@click.pass_context
def cli(ctx: click.Context, data_dir: Path, lang: str) -> None:
    """From exported sales rows to a published, tested process-mining database."""
    given = {"data_dir": data_dir, "lang": lang}
    ctx.default_map = dict.fromkeys(cli.commands, given)


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
    """Dry-run an import of FILEs: report what would be rejected or looks wrong."""
    from runner.inspection import dry_run, json_report, workbook
    from runner.sources import archives

    expanded = archives.expand(files)
    if output and len(expanded) > 1:
        raise WrongUsage(_("-o writes one workbook: inspect one file with it."))
    marks_cells = output is not None
    found = [dry_run.inspect(file, options, marks_cells=marks_cells) for file in expanded]
    if form == "json":
        click.echo(json_report.render(found))
    for inspected in found if form == "text" else ():
        for line in inspected.lines():
            click.echo(line)
    if output:
        workbook.write(output, found[0], options)
        click.echo(_("Marked workbook: {file}", file=output), err=form == "json")
    if any(inspected.is_refused for inspected in found):
        click.get_current_context().exit(1)


@cli.command("map")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@language_option
@output_option("Mapping file to write, such as mapping.yml; default: standard output.")
@reading_options
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
def import_(files: tuple[Path, ...], folder: DataFolder, options: Options, replace: bool) -> None:
    """Add files to the landing: CSV, workbooks, Parquet or a zip, by headers or by a mapping."""
    import_and_report(files, folder, options, replace=replace)


@cli.command()
@data_options
def imports(folder: DataFolder) -> None:
    """List the imported files and sheets."""
    from runner.landing import store

    names = [_("import"), _("file"), _("sheet"), _("rows"), _("events"), _("rejected")]
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
        for entry in store.imports(folder)
    ]
    terminal.show_table([*names, "sha256"], rows, numeric={0, 3, 4, 5})


@cli.command()
@click.argument("names", nargs=-1, required=True, metavar="IMPORT_ID|FILE...")
@data_options
def forget(names: tuple[str, ...], folder: DataFolder) -> None:
    """Remove imports from the landing, by id or by file name."""
    from runner.landing import store

    terminal.say_if_waiting(folder)
    for entry in store.forget(folder, names):
        click.echo(
            _("Forgot import {number} ({file}).", number=entry.import_id, file=entry.source_file)
        )


@cli.command()
@all_tests_option
@build_options
def build(build: Build, all_tests: bool) -> None:
    """Build and test all models from the landing, else from the demo log of the clone."""
    with alone(build.folder):
        broken = build_models(build, all_tests=all_tests)
    if broken:
        raise Fault("\n  ".join([_("the build failed its tests:"), *broken]))


@cli.command()
@click.option(
    "--severity",
    type=click.Choice(SEVERITIES),
    default=CRITICAL,
    show_default=True,
    help="Lowest severity that makes the command fail.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How the checks are listed on standard output.",
)
@build_options
def check(build: Build, severity: str, form: str) -> None:
    """Check the last build: list all tests and expectations, and whether it may be published."""
    from runner.checks import formats, gates
    from runner.verdict import failed_checks

    with alone(build.folder):
        verdict = gates.check(build)
    click.echo(formats.render(verdict, form))
    if form == "text":
        terminal.show_rejected(build)
    if failed_checks(verdict.checks, severity):
        sys.exit(1)


@cli.command()
@click.option("--force", is_flag=True, help="Publish despite failed checks; needs --reason.")
@click.option("--reason", default="", help="Reason for --force; it is published in table runs.")
@click.option("--duckdb", is_flag=True, help="With --target spark: write the DuckDB file as well.")
@build_options
def publish(build: Build, duckdb: bool, force: bool, reason: str) -> None:
    """Publish the last build if it passed its checks.

    The result is a DuckDB file; for target spark, a folder of Parquet files.
    """
    from runner.checks import gates
    from runner.publish import publication

    if force != bool(reason.strip()):
        raise WrongUsage(_("--force needs --reason, and --reason needs --force"))
    if duckdb and not build.publishes_parquet:
        raise WrongUsage(
            _("--duckdb goes with --target spark; any other publication is a DuckDB file")
        )
    with alone(build.folder):
        verdict = gates.last(build)
        if force and (verdict is None or not gates.is_of_last_build(build, verdict)):
            verdict = gates.check(build)
        path = publication.publish(build, verdict, reason.strip())
        if duckdb:
            result, _inputs = gates.recorded(build)
            path = publication.write_duckdb(build, result.nodes)
    terminal.show_published(path)


@cli.command()
@click.argument(
    "published", required=False, type=click.Path(exists=True, path_type=Path), metavar="[FILE]"
)
@click.option(
    "--detail",
    type=click.Choice(["full", "cases", "tables"]),
    help="What the page embeds: full: all cases and waits; cases: no waits of single steps; tables:"
    " no case, for readers outside. Default: full up to 2 million events, cases up to 10 million.",
)
@click.option(
    "--without-names", is_flag=True, help="Show representatives and cases by codes instead."
)
@click.option("--json", "as_json", is_flag=True, help="Print the contents of the page as JSON.")
@click.option("--open", "opens", is_flag=True, help="Open the page in the browser.")
@data_options
@output_option("File to write; default: report.html beside the published file.")
def report(
    published: Path | None,
    folder: DataFolder,
    detail: str | None,
    without_names: bool,
    as_json: bool,
    opens: bool,
    output: Path | None,
) -> None:
    """Write the report of the published result: one HTML file that needs no server.

    FILE: a published DuckDB file or Parquet folder; default: that of the data folder.
    """
    from runner.publish.published import find
    from runner.report import page

    source = published or find(folder)
    made = page.build(source, detail, has_names=not without_names)
    if as_json:
        click.echo(made.json())
        return
    path = made.write(output or source.with_name(page.NAME))
    click.echo(_("Report: {file}", file=path))
    if opens:
        click.launch(str(path))


@cli.command()
@data_options
def doctor(folder: DataFolder) -> None:
    """Show versions, lock, disk, landing, publication, and what to do."""
    from runner import doctor

    findings = doctor.examine(folder)
    for line in findings.lines:
        click.echo(line)
    for number, step in enumerate(findings.steps, start=1):
        click.echo(f"{number}. {step}")
    if findings.steps:
        sys.exit(1)


@cli.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option("--add", is_flag=True, help="Keep earlier imports.")
@click.option("--replace", is_flag=True, help="With --add: forget earlier imports of the files.")
@all_tests_option
@data_options
@import_options
def run(
    files: tuple[Path, ...],
    folder: DataFolder,
    options: Options,
    add: bool,
    replace: bool,
    all_tests: bool,
) -> None:
    """Import FILEs, build, check, publish; without FILE, rebuild from the landing."""
    from runner.landing import store

    store.prepare(folder)
    if files:
        import_and_report(files, folder, options, replace=replace, fresh=not add)
    elif not store.landed_files(folder):
        raise WrongUsage(_("nothing is landed; pass files, such as: l2c run events.csv"))
    build_and_publish(DuckDbBuild(folder), all_tests=all_tests)


@cli.command()
@all_tests_option
@data_options
def demo(folder: DataFolder, all_tests: bool) -> None:
    """Import, build, publish a simulated log in the folder demo/; your data is not used."""
    from runner.columns.options import Options
    from runner.landing import import_report, imports, store
    from runner.simulation import demo_log

    store.prepare(folder.demo)
    by_hand, simulated = demo_log.write(folder.demo.path, messages.language())
    files = [by_hand, simulated.log]
    terminal.say_if_waiting(folder.demo)
    for landed in imports.import_files(files, folder.demo, Options(), fresh=True):
        click.echo(import_report.report(landed)[0])
    click.echo(_("Planted causes: {file}", file=simulated.causes))
    build_and_publish(DuckDbBuild(folder.demo), all_tests=all_tests)


@cli.command()
@click.option(
    "--cases", type=click.IntRange(min=1), default=1000, show_default=True, help="Number of deals."
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Random seed; the same seed writes the same log on any machine.",
)
@click.option(
    "--plant",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON file of the causes to plant, in the form of the one written beside a log.",
)
@language_option
@output_option("File to write, .csv or .parquet.", default=Path("simulated.csv"), show_default=True)
def simulate(cases: int, seed: int, plant: Path | None, output: Path) -> None:
    """Write a simulated log with all columns of the template, and a list of its planted causes."""
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
    help="Tolerance for fractions, relative to the larger one.",
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


@cli.command()
@click.argument("case_id", metavar="CASE_ID")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json: for programs, with the names and codes of the published tables.",
)
@data_options
def case(case_id: str, folder: DataFolder, form: str) -> None:
    """Print the published events of one case, with the wait before each."""
    from runner.publish import case_timeline, published

    timeline = case_timeline.read(published.find(folder), case_id)
    if form == "json":
        click.echo(timeline.as_json())
    else:
        terminal.show_case(timeline)


@cli.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["xlsx"]),
    default="xlsx",
    show_default=True,
    help="xlsx: an Excel workbook with a sheet per table.",
)
@data_options
@output_option("File to write; default: lead_to_cash_en.xlsx or …_ja.xlsx, here.")
def export(folder: DataFolder, output: Path | None, form: str) -> None:
    """Write the published tables as a workbook: KPIs, process line, variants, stages, cases."""
    from runner.publish import export, published

    path = output or export.default_path(form)
    export.write(path, published.find(folder))
    click.echo(_("Workbook: {file}", file=path))


def import_and_report(
    files: Sequence[Path],
    folder: DataFolder,
    options: Options,
    *,
    replace: bool = False,
    fresh: bool = False,
) -> None:
    """Import files, and print the report of each."""
    from runner.landing import import_report, imports

    terminal.say_if_waiting(folder)
    for landed in imports.import_files(files, folder, options, replace=replace, fresh=fresh):
        for line in import_report.report(landed):
            click.echo(line)


def build_and_publish(build: Build, *, all_tests: bool) -> None:
    """Build the landing, check it, publish it with its report if it passed, print the summary."""
    from runner.checks import formats, gates
    from runner.publish import publication
    from runner.report import page

    with alone(build.folder):
        build_models(build, all_tests=all_tests)
        verdict = gates.check(build)
        click.echo(formats.render(verdict, "text"), err=not verdict.passed)
        if verdict.is_complete and not verdict.passed:
            click.echo()
            click.echo(_("Not published. Summary of the build that was refused:"))
            terminal.show_summary(build.candidate)
            click.echo()
            terminal.show_rejected(build)
        path = publication.publish(build, verdict)
        made = page.build(path).write(path.with_name(page.NAME))
    click.echo()
    terminal.show_published(path)
    click.echo(_("Report: {file}", file=made))
    terminal.show_rejected(build)


def build_models(build: Build, *, all_tests: bool = False) -> list[str]:
    """Build with a progress bar and record dbt's results; return the failed nodes by name."""
    from runner import seeds
    from runner.checks import gates
    from runner.engines import dbt

    seeds.check(reads_slashed_dates=build.reads_slashed_dates)
    gates.forget(build)
    with terminal.progress_bar(_("Building")) as advance:
        result = dbt.build(build, advance, selector=None if all_tests else "fast")
    gates.record(build, result)
    return result.broken


@contextmanager
def alone(folder: DataFolder) -> Iterator[None]:
    """Lock the data folder; print a message when it waits for another command."""
    from runner.landing import store
    from runner.publish import publication

    terminal.say_if_waiting(folder)
    with store.locked(folder):
        for done in publication.repair(DuckDbBuild(folder)):
            click.echo(done, err=True)
        yield


if __name__ == "__main__":
    cli(prog_name="l2c")
