"""What a command's file arguments stand for: patterns, and files packed in others."""

from __future__ import annotations

import glob
import gzip
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from runner.faults import DataFault
from runner.messages import _


def expand(files: Sequence[Path]) -> list[Path]:
    """Give the files, a pattern such as exports/*.csv as those it fits, in the order of names."""
    found: list[Path] = []
    for file in files:
        pattern = str(file)
        # Path.glob takes no absolute pattern.
        fits = [] if file.exists() else sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207
        found += map(Path, fits) if fits else [file]
    return found


def unpack_gzip(file: Path, target: Path) -> None:
    """Write the text that a .gz file holds; raise `DataFault` when it is none."""
    try:
        with gzip.open(file) as packed, target.open("wb") as written:
            shutil.copyfileobj(packed, written)
    except (OSError, EOFError, zlib.error) as error:
        raise DataFault(
            _("the file is not readable gzip, or is cut off"),
            file=file.name,
            expected=_("a file packed by gzip"),
            remedy=_("copy or export it again."),
        ) from error


def unpack_zip(file: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """Unpack an archive's files one after another; give the name of each and where it is."""
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
                    shutil.copyfileobj(packed, written)
                yield member.filename, target
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error) as error:
        raise DataFault(
            _("the file is not a readable zip archive"),
            file=file.name,
            expected=_("a zip archive of CSV files"),
            remedy=_("unpack it and import the files, or pack it again."),
        ) from error


def _opened(file: Path) -> zipfile.ZipFile:
    """Open an archive; names without a mark of their encoding are those of Japanese Windows."""
    try:
        return zipfile.ZipFile(file, metadata_encoding="cp932")
    except UnicodeDecodeError:
        return zipfile.ZipFile(file)
