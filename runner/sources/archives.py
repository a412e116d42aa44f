"""File arguments of a command: expanding patterns and unpacking archives."""

from __future__ import annotations

import glob
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from runner.faults import DataFault, is_of_the_machine
from runner.messages import _

CHUNK = 1 << 20
# Largest unpacked size: so many bytes, or so many times the archive. Text shrinks to a tenth.
UNPACKED, MOST_TIMES = 1 << 28, 200
_DAMAGED = (
    zipfile.BadZipFile,
    NotImplementedError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    OSError,
    RuntimeError,
    ValueError,
)


def expand(files: Sequence[Path]) -> list[Path]:
    """Return the files; a pattern such as exports/*.csv becomes its matches, sorted by name."""
    found: list[Path] = []
    for file in files:
        pattern = str(file)
        # Path.glob does not accept absolute patterns.
        matches = [] if file.exists() else sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207
        found += map(Path, matches) if matches else [file]
    return found


def unpack_gzip(file: Path, target: Path) -> None:
    """Unpack a .gz file to `target`; raise `DataFault` when it is not readable gzip."""
    try:
        with gzip.open(file) as packed, target.open("wb") as written:
            _copy(packed, written, file)
    except _DAMAGED as error:
        _pass_on(error)
        raise DataFault(
            _("the file is not readable gzip, or is cut off"),
            file=file.name,
            expected=_("a file packed by gzip"),
            remedy=_("copy or export it again."),
        ) from error


def unpack_zip(file: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """Unpack the files of an archive; yield the name and the path of each."""
    try:
        with _opened(file) as archive:
            for number, member in enumerate(archive.infolist()):
                if member.is_dir() or member.filename.startswith("__MACOSX/"):
                    continue
                if member.flag_bits & 1:
                    raise DataFault(
                        _("the archive is protected by a password"),
                        file=file.name,
                        sheet=member.filename,
                        expected=_("an archive that opens without one"),
                        remedy=_("unpack it and import the files."),
                    )
                target = folder / f"member{number}{Path(member.filename).suffix.lower()}"
                with archive.open(member) as packed, target.open("wb") as written:
                    _copy(packed, written, file)
                yield member.filename, target
    except _DAMAGED as error:
        _pass_on(error)
        raise DataFault(
            _("the file is not a readable zip archive"),
            file=file.name,
            expected=_("a zip archive of CSV files"),
            remedy=_("unpack it and import the files, or pack it again."),
        ) from error


def _copy(packed: IO[bytes] | gzip.GzipFile, target: IO[bytes], file: Path) -> None:
    """Unpack to a file; raise `DataFault` when the unpacked size exceeds the limit."""
    most = max(UNPACKED, MOST_TIMES * file.stat().st_size)
    while chunk := packed.read(CHUNK):
        target.write(chunk)
        if target.tell() > most:
            raise _bomb(file)


def refuse_bomb(file: Path) -> None:
    """Raise `DataFault` when the parts of a workbook are far larger than the workbook."""
    try:
        with zipfile.ZipFile(file) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except _DAMAGED:
        return
    if size > max(UNPACKED, MOST_TIMES * file.stat().st_size):
        raise _bomb(file)


def _pass_on(error: Exception) -> None:
    """Raise `error` again when the file is not its cause: a full disk, no write permission."""
    if is_of_the_machine(error):
        raise error


def _bomb(file: Path) -> DataFault:
    return DataFault(
        _("the file grows more than {times} times when unpacked", times=MOST_TIMES),
        file=file.name,
        expected=_("a file packed by a usual program"),
        remedy=_("unpack it and check its content."),
    )


def _opened(file: Path) -> zipfile.ZipFile:
    """Open an archive; file names not flagged as UTF-8 are read as CP932 (Japanese Windows)."""
    try:
        return zipfile.ZipFile(file, metadata_encoding="cp932")
    except UnicodeDecodeError:
        return zipfile.ZipFile(file)
