"""The options shared by commands, and the arguments that commands get from them."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from runner import messages
from runner.data_folder import DataFolder
from runner.engines.builds import BUILDS, DuckDbBuild
from runner.faults import WrongUsage
from runner.messages import _
from runner.project import PROJECT

data_dir_option = functools.partial(
    click.option,
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=PROJECT / "data",
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


def language_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --lang and set that language; accept --data-dir, which the command does not use.

    It must be above `import_options`, whose messages need the language.
    """
    return data_dir_option(expose_value=False, hidden=True)(_with_language(command))


def data_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --data-dir and --lang; the command gets its `folder`."""

    @functools.wraps(command)
    def with_folder(*args: Any, data_dir: Path, **values: Any) -> Any:
        return command(*args, folder=DataFolder(data_dir), **values)

    return data_dir_option()(_with_language(with_folder))


def build_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --target, --data-dir and --lang; the command gets the `build` of target and folder."""

    @click.option(
        "--target",
        type=click.Choice(list(BUILDS)),
        default=DuckDbBuild.target,
        show_default=True,
        help="Engine, a target of profiles.yml: DuckDB, or Apache Spark (docs/scale.md).",
    )
    @data_options
    @functools.wraps(command)
    def with_build(*args: Any, folder: DataFolder, target: str, **values: Any) -> Any:
        return command(*args, build=BUILDS[target](folder), **values)

    return with_build


def _with_language(command: Callable[..., Any]) -> Callable[..., Any]:
    @lang_option()
    @functools.wraps(command)
    def with_language(*args: Any, lang: str, **values: Any) -> Any:
        messages.use(lang)
        return command(*args, **values)

    return with_language


all_tests_option = click.option(
    "--all-tests",
    is_flag=True,
    help="Run also the tests that prove the SQL and the seeds, not your data: unit tests, and keys"
    " of derived tables.",
)


_encoding_option = click.option(
    "--encoding", help="Encoding of CSV files, such as cp932. Default: detected."
)
_delimiter_option = click.option(
    "--delimiter", help="Character between cells, or tab, semicolon. Default: detected."
)


def import_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options for reading files; the command gets them as `options`."""

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
    @click.option("--dates-only", is_flag=True, help="Ignore times of day: read dates only.")
    @click.option("--source-system", help="System of record for rows without one.")
    @click.option(
        "--sheet",
        "sheets",
        multiple=True,
        help="Sheet of a workbook, or file of a zip, to read; may be repeated. Default: all"
        " visible ones that hold events.",
    )
    @_encoding_option
    @_delimiter_option
    @click.option(
        "--decimal",
        type=click.Choice([".", ","]),
        default=".",
        show_default=True,
        help="Decimal separator.",
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
    """Add `-o`, the output file, whose folder must exist. It must be below a language option."""
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


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options for selecting a table of a file and for its encoding and delimiter."""
    for option in (
        _delimiter_option,
        _encoding_option,
        click.option("--sheet", help="Sheet of a workbook, or file of a zip, to read."),
    ):
        command = option(command)
    return command
