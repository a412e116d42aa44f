"""Random malformed files, drawn from a seed: each is read whole, or refused by name.

`L2C_FUZZ=5000` draws 5,000 instead of a few hundred; `L2C_FUZZ_SEED` changes the seed.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
import random
import time
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import pytest
import xlsxwriter
from click.testing import CliRunner

from runner.cli import cli
from runner.columns.options import Options
from runner.data_folder import DataFolder
from runner.engines.warehouse import WarehouseError, quote_identifier
from runner.faults import Fault
from runner.landing import imports

COUNT = int(os.environ.get("L2C_FUZZ", "168"))
SEED = int(os.environ.get("L2C_FUZZ_SEED", "13"))
# Files are small; on a busy machine, wall time may exceed the ten seconds of CPU.
SECONDS = 10
TITLES = ["SalesOpportunity", "ActivityName", "EventTime"]
ENDS = ["\n", "\r\n"]
SIGNS = [",", "\t", ";", "|"]
INSIDE = ["\r", "\n", "\r\n", "\x85", "\u2028", "\u2029", "\x0b", "\x0c", '""', ",", ";", "\t", " "]
# Parquet: types beside text, with a value of each.
TYPES = {
    "boolean": "true",
    "tinyint": "1",
    "uinteger": "7",
    "hugeint": "170141183460469231731687303715884105727",
    "double": "1.5",
    "float": "'nan'",
    "decimal(38, 10)": "1.25",
    "date": "'2026-04-01'",
    "time": "'09:00:00'",
    "timestamp": "'2026-04-01 09:00:00'",
    "timestamp_ns": "'2026-04-01 09:00:00'",
    "timestamptz": "'2026-04-01 09:00:00+09'",
    "interval": "interval 3 month",
    "blob": "'\\x00\\xff'",
    "uuid": "'00000000-0000-0000-0000-000000000001'",
    "integer[]": "[1, null]",
    "struct(a integer, b varchar)": "{'a': 1, 'b': 'x''y'}",
    "map(varchar, integer)": "map {'a': 1}",
    "struct(a integer)[]": "[{'a': 1}]",
    "enum('a', 'b')": "'a'",
    "json": "'{\"a\": 1}'",
    "bit": "'101'",
    "varchar": "null",
}

# A file's name and content, and the number of its rows when an independent reader knows it.
Case = tuple[str, bytes, int | None]


def rows_of(draw: random.Random, count: int, more: int) -> list[list[str]]:
    rows = [[*TITLES, *(f"列{number}" for number in range(more))]]
    for number in range(count):
        extra = ["".join(draw.choices(["x", "値", *INSIDE], k=3)) for _ in range(more)]
        rows.append([f"A{number}", "Quote Issued", f"2026-04-{1 + number % 28:02}", *extra])
    return rows


def as_text(rows: list[list[str]], sign: str, end: str) -> str:
    target = io.StringIO()
    csv.writer(target, delimiter=sign, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    return target.getvalue()


def counted(text: str, sign: str) -> int:
    records = list(csv.reader(io.StringIO(text, newline=""), delimiter=sign))
    return sum(any(cell.strip() for cell in record) for record in records[1:])


def plain(draw: random.Random) -> Case:
    """Any delimiter, line end and encoding; line ends and quotes inside cells."""
    sign, end = draw.choice(SIGNS), draw.choice(ENDS)
    text = as_text(rows_of(draw, draw.randint(1, 40), draw.randint(0, 5)), sign, end)
    codec = draw.choice(["utf-8", "utf-8-sig", "utf-16"])
    return draw.choice(["a.csv", "a.txt"]), text.encode(codec), counted(text, sign)


def mixed_ends(draw: random.Random) -> Case:
    """Mixed line ends, with blank lines between."""
    lines = as_text(rows_of(draw, draw.randint(1, 40), 1), ",", "\0").split("\0")[:-1]
    text = "".join(line + draw.choice(["\n", "\r\n", "\n\n", "\r\n \r\n"]) for line in lines)
    return "a.csv", text.encode(), counted(text, ",")


def ragged(draw: random.Random) -> Case:
    """Rows that are longer or shorter than the header."""
    head, *rows = rows_of(draw, draw.randint(2, 30), 2)
    longer = [[*row, *draw.choice([[], ["", "", "y"]])][: draw.randint(1, 8)] for row in rows]
    text = as_text([head, *longer], ",", "\n")
    return "a.csv", text.encode(), counted(text, ",")


def wide(draw: random.Random) -> Case:
    """More columns than the SQL lists one by one."""
    text = as_text(rows_of(draw, 3, draw.randint(200, 900)), ",", "\n")
    return "a.csv", text.encode(), counted(text, ",")


def noise(draw: random.Random) -> Case:
    """Any bytes, also below a header, under any name."""
    head = draw.choice(
        [b"", (",".join(TITLES) + "\n").encode(), b"\xef\xbb\xbf", b"\xff\xfe", b"PK\x03\x04"]
    )
    ending = draw.choice(
        ["csv", "tsv", "txt", "zip", "csv.gz", "parquet", "xlsx", "xls", "xlsb", "ods"]
    )
    return f"a.{ending}", head + draw.randbytes(draw.randint(0, 3_000)), None


def signs(draw: random.Random) -> Case:
    """Characters with a meaning to CSV readers, in any order."""
    parts = [*',"\n\r\0\t;A=\ufeff\x1a', "'", "2026-04-01", "成約"]
    text = "".join(draw.choices(parts, k=draw.randint(1, 300)))
    return "a.csv", (",".join(TITLES) + "\n" + text).encode(), None


def zeros(draw: random.Random) -> Case:
    """Zeros in the middle or at the end."""
    content = as_text(rows_of(draw, 20, 1), ",", "\n").encode(draw.choice(["utf-8", "utf-16"]))
    place = draw.choice([len(content), draw.randrange(len(content))])
    return "a.csv", content[:place] + bytes(draw.randint(1, 9_000)) + content[place:], None


def sheet(draw: random.Random) -> Case:
    """A workbook with cells of every kind."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet(draw.choice(["a", "it's", '案件 "1"', "{0}"]))
        for row, cells in enumerate(rows_of(draw, draw.randint(1, 30), 2)):
            page.write_row(row, 0, cells)
            page.write(row, 7, draw.choice([1, 1.5, True, None, "", "x"]) if row else "kind")
        page.write_formula(1, 8, "=1/0", None, "#DIV/0!")
    content = target.getvalue()
    read = (
        openpyxl.load_workbook(io.BytesIO(content))
        .worksheets[0]
        .iter_rows(min_row=2, values_only=True)
    )
    return "a.xlsx", content, sum(any(str(cell or "").strip() for cell in row) for row in read)


def archive(draw: random.Random) -> Case:
    """An archive whose names are paths."""
    names = ["../evil.csv", "/tmp/evil.csv", "a/b.csv", "C:\\a.csv", "a\nb.csv"]
    names += ["名.csv", "a'b.csv", "b.csv/"]
    target, total = io.BytesIO(), 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for number, name in enumerate(draw.sample(names, 3)):
            rows = rows_of(draw, number + 1, number)
            packed.writestr(name, "" if name.endswith("/") else as_text(rows, ",", "\n"))
            total += 0 if name.endswith("/") else number + 1
    return "a.zip", target.getvalue(), total


def packed(draw: random.Random) -> Case:
    name, content, count = plain(draw)
    return f"{name}.gz", gzip.compress(content), count


def parquet(draw: random.Random, folder: Path) -> Case:
    """Parquet with columns of any type."""
    chosen = draw.sample(sorted(TYPES), 5)
    values = ", ".join(
        f"case when i % 3 > 0 then cast({TYPES[kind]} as {kind}) end as {quote_identifier(kind)}"
        for kind in chosen
    )
    count = draw.randint(1, 50)
    path = folder / "drawn.parquet"
    duckdb.sql(
        "copy (select 'A' || i as SalesOpportunity, 'x' as ActivityName,"
        f" date '2026-04-01' as EventTime, {values} from range({count}) as r (i)) to '{path}'"
    )
    return "a.parquet", path.read_bytes(), count


def broken(draw: random.Random, folder: Path) -> Case:
    """One of the other files, cut off or with changed bytes."""
    maker = draw.choice([plain, sheet, archive, packed, parquet])
    name, content, _count = maker(draw, folder) if maker is parquet else maker(draw)
    damaged = bytearray(content)
    if draw.random() < 0.4:
        del damaged[draw.randrange(len(damaged)) :]
    else:
        for _ in range(draw.choice([1, 3, 30])):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
    if draw.random() < 0.2 and name == "a.xlsx":
        name = draw.choice(["a.xls", "a.xlsb", "a.ods", "a.xlsm"])
    return name, bytes(damaged), None


KINDS: list[Callable[..., Case]] = [plain, mixed_ends, ragged, wide, noise, signs, zeros]
KINDS += [sheet, archive, packed, parquet, broken, broken, broken]


@pytest.mark.parametrize("part", range(4))
def test_every_drawn_file_is_read_whole_or_refused(tmp_path, part: int) -> None:
    failures = []
    for number in range(part, COUNT, 4):
        draw = random.Random(f"{SEED} {number}")
        maker = KINDS[number // 4 % len(KINDS)]
        folder = tmp_path / str(number)
        folder.mkdir()
        drawn = maker(draw, folder) if maker in (parquet, broken) else maker(draw)
        name, content, count = drawn
        (folder / name).write_bytes(content)
        if problem := _problem(folder, name, count, through_the_command=number % 8 == part):
            failures.append(f"{number} ({maker.__name__}, {name}): {problem}")
    assert not failures, "\n".join(failures)


def _problem(folder: Path, name: str, count: int | None, through_the_command: bool) -> str:
    """Return what is wrong with the reading of a file, or an empty text."""
    started = time.process_time()
    problem = _inspected(folder / name) if through_the_command else _landed(folder / name, count)
    if time.process_time() - started > SECONDS:
        problem += f" took {time.process_time() - started:.1f} s"
    return problem


def _inspected(file: Path) -> str:
    arguments = ["inspect", str(file), "--time-zone", "UTC"]
    result = CliRunner().invoke(cli, arguments, env={"LANG": "C"})
    if result.exit_code not in (0, 1, 2) or not isinstance(result.exception, SystemExit | None):
        return f"exit {result.exit_code}: {result.exception!r}"
    return result.output if "Traceback" in result.output else ""


def _landed(file: Path, count: int | None) -> str:
    try:
        found = imports.import_files(
            [file], DataFolder(file.parent / "data"), Options(time_zone="UTC")
        )
    except WarehouseError as error:
        # A message of DuckDB is not one for users.
        return repr(error)
    except Fault as fault:
        return "" if count is None else f"refused: {fault}"
    except BaseException:
        return traceback.format_exc()[-1_500:]
    rows = sum(entry.rows for entry in found)
    accounted = sum(entry.events + entry.rejected for entry in found)
    if accounted != rows or rows != (rows if count is None else count):
        return f"{rows} rows read, {accounted} events and rejected, {count} in the file"
    return ""
