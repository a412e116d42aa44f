"""Help and usage errors in both languages; global options before and after a command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from runner import usage
from runner.cli import cli

JAPANESE = re.compile("[ぁ-んァ-ヶ一-龥]")


def l2c(*arguments: object, **env: str) -> Result:
    return CliRunner(env={"LC_ALL": "C", **env}).invoke(cli, [str(each) for each in arguments])


def texts() -> Iterator[str]:
    """Yield every text of the help: of commands, options and defaults."""
    for command in (cli, *cli.commands.values()):
        yield command.help or ""
        for parameter in command.get_params(
            click.Context(command, help_option_names=["-h", "--help"])
        ):
            yield getattr(parameter, "help", None) or ""
            default = getattr(parameter, "show_default", None)
            yield default if isinstance(default, str) else ""


def test_every_text_of_the_help_is_in_japanese() -> None:
    known = usage.catalogue("ja")
    paragraphs = {" ".join(each.split()) for text in texts() for each in text.split("\n\n") if text}
    assert len(paragraphs) > 40
    assert paragraphs - set(known) == set()


@pytest.mark.parametrize("command", [None, *sorted(cli.commands)])
def test_help_is_in_the_language_asked_for_wherever_it_is_asked(command: str | None) -> None:
    named = [command] if command else []
    first = l2c("--lang", "ja", *named, "--help")
    assert first.exit_code == 0
    assert "使い方:" in first.output
    assert "オプション:" in first.output
    assert "このヘルプを表示して終了します。" in first.output
    for line in first.output.splitlines():
        # Each line of help has Japanese in it, or is the name of a long option.
        assert JAPANESE.search(line) or not re.search(r"[a-z]{3,} [a-z]{2,} ", line), line
    assert l2c(*named, "--help", "--lang=ja").output == first.output
    assert l2c(*named, "-h", LC_ALL="ja_JP.UTF-8").output == first.output
    english = l2c(*named, "--help")
    assert not JAPANESE.search(english.output)
    assert "Show this message and exit." in english.output


def test_lines_of_japanese_help_fit_the_screen() -> None:
    for command in cli.commands:
        for line in l2c(command, "--help", "--lang", "ja").output.splitlines():
            assert usage.vocabulary.breadth(line) <= 80, line


@pytest.mark.parametrize(
    ("arguments", "english", "japanese"),
    [
        (["inspect"], "Missing argument", "引数が足りません"),
        (["run", "--colour"], "No such option", "というオプションはありません"),
        (["fly"], "No such command", "というコマンドはありません"),
        (["check", "--format", "pdf"], "is not one of", "使えるのは次のいずれかです"),
        (["simulate", "--cases", "many"], "is not a valid", "数値として読み取れません"),
        (["simulate", "--cases", "0"], "is not in the range", "の外です"),
        (["diff", "nowhere", "nothing"], "does not exist", "がありません"),
        (["forget"], "Missing argument", "引数が足りません"),
        (["imports", "extra"], "unexpected extra argument", "余分な引数があります"),
        (["publish", "--reason"], "requires an argument", "値が必要です"),
    ],
)
def test_wrong_usage_is_exit_2_in_the_language_asked_for(
    arguments: list[str], english: str, japanese: str
) -> None:
    result = l2c(*arguments)
    assert result.exit_code == 2
    assert english in result.output
    assert not JAPANESE.search(result.output)
    for asked in (["--lang", "ja", *arguments], [*arguments[:1], "--lang", "ja", *arguments[1:]]):
        if arguments == ["fly"] and asked[0] == "fly":
            continue
        result = l2c(*asked)
        assert result.exit_code == 2
        assert japanese in result.output
        assert "エラー:" in result.output
        assert english not in result.output


def test_global_options_go_before_and_after_the_command(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for arguments in (
        ["--data-dir", one, "--lang", "ja", "doctor"],
        ["doctor", "--data-dir", one, "--lang", "ja"],
        ["--data-dir", one, "doctor", "--lang", "ja"],
        ["--lang", "en", "--data-dir", two, "doctor", "--data-dir", one, "--lang", "ja"],
    ):
        output = l2c(*arguments).output
        assert str(one) in output
        assert str(two) not in output
        assert "データフォルダー" in output or JAPANESE.search(output)
    # The option wins over the environment, on either side.
    assert str(one) in l2c("--data-dir", one, "doctor", L2C_DATA_DIR=str(two)).output
    assert str(one) in l2c("doctor", "--data-dir", one, L2C_DATA_DIR=str(two)).output
    assert str(two) in l2c("doctor", L2C_DATA_DIR=str(two)).output


@pytest.mark.parametrize("place", ["before", "after"])
def test_commands_without_a_data_folder_take_the_global_options(tmp_path: Path, place: str) -> None:
    given = ["--data-dir", tmp_path / "data", "--lang", "ja"]
    log = tmp_path / "log.csv"
    log.write_text("SalesOpportunity,ActivityName,EventTime\nA,Order Booked,2026-04-01\n")
    for command in (
        ["template", "-o", tmp_path / f"{place}.xlsx"],
        ["inspect", log],
        ["simulate", "--cases", 2, "-o", tmp_path / f"{place}.csv"],
    ):
        arguments = [*given, *command] if place == "before" else [*command, *given]
        result = l2c(*arguments)
        assert result.exit_code == 0, result.output
        assert JAPANESE.search(result.output)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("value", ["much", "8", "8 gigabytes", "-8GB", "eight GB"])
def test_a_memory_limit_that_is_none_is_refused_by_the_name_of_its_variable(value: str) -> None:
    for lang in ("en", "ja"):
        result = l2c("doctor", "--lang", lang, L2C_MEMORY_LIMIT=value)
        assert result.exit_code == 2
        assert "L2C_MEMORY_LIMIT" in result.output
        assert value in result.output


@pytest.mark.parametrize("value", ["many", "0", "-1", "1.5"])
def test_a_number_of_threads_that_is_none_is_refused_by_the_name_of_its_variable(
    value: str,
) -> None:
    result = l2c("doctor", L2C_THREADS=value)
    assert result.exit_code == 2
    assert "L2C_THREADS" in result.output
    assert value in result.output


@pytest.mark.parametrize("value", ["8GB", "800 mb", "1.5GiB", "80%", ""])
def test_a_memory_limit_that_duckdb_reads_is_taken(tmp_path: Path, value: str) -> None:
    result = l2c("imports", "--data-dir", tmp_path / "data", L2C_MEMORY_LIMIT=value)
    assert result.exit_code == 0, result.output
