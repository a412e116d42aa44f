"""Text files: which encoding their bytes are in, and the same text in UTF-8."""

from __future__ import annotations

import codecs
from pathlib import Path

from runner.faults import DataFault, WrongUsage
from runner.messages import _

CHUNK = 1 << 22
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What Japanese Windows writes under these names has signs (髙, 﨑, ①) that the standards lack.
_CP932 = ("shift_jis", "shift-jis", "sjis", "s_jis", "ms_kanji", "windows-31j", "ms932", "932")
_SHOWN = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 (BOM)",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16LE",
    "utf-16-be": "UTF-16BE",
    "cp932": "CP932",
}


def shown(encoding: str) -> str:
    """Give the name of an encoding as people write it."""
    return _SHOWN.get(encoding, encoding)


def named(name: str) -> str:
    """Give the codec of a declared encoding; raise `WrongUsage` when there is none."""
    if name.casefold() in _CP932:
        return "cp932"
    try:
        codec = codecs.lookup(name)
        codec.incrementaldecoder().decode(b"")
        "".encode(name)
    except (LookupError, TypeError, ValueError) as error:
        raise WrongUsage(
            _("{name} is not an encoding; use one such as utf-8, cp932 or utf-16.", name=name)
        ) from error
    return codec.name


def detect(path: Path, name: str) -> str:
    """Find the encoding of a file, called `name` in messages, by its mark or by what fits it all.

    Raises `DataFault` naming the row of the first byte that fits neither UTF-8 nor CP932.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    for mark, codec in _MARKS:
        if start.startswith(mark):
            return codec
    zeros = [start[parity::2].count(0) for parity in (0, 1)]
    if max(zeros) > len(start) // 8:
        # Text of letters and line ends has a zero in every other byte.
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    for codec in ("utf-8", "cp932"):
        if first_misfit(path, codec) is None:
            return codec
    row = row_of(path, first_misfit(path, "utf-8") or 0)
    raise DataFault(
        _("the text is neither UTF-8 nor CP932"),
        file=name,
        row=row,
        expected=_("a text file in UTF-8, UTF-16 or CP932 (Shift_JIS)"),
        remedy=_("save it as “CSV UTF-8” in Excel, or name its encoding with --encoding."),
    )


def first_misfit(path: Path, codec: str) -> int | None:
    """Give the place of the first byte that is not in an encoding, None when all are."""
    decoder = codecs.getincrementaldecoder(codec)()
    done = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                # What the decoder kept of the chunk before stands in front of this one.
                return done - (len(error.object) - len(chunk)) + error.start
            done += len(chunk)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return done
    return None


def row_of(path: Path, place: int) -> int:
    """Give the line, counted from 1, that holds a byte."""
    lines = 1
    with path.open("rb") as file:
        while place > 0 and (chunk := file.read(min(place, CHUNK))):
            lines += chunk.count(b"\n")
            place -= len(chunk)
    return lines


def to_utf8(path: Path, codec: str, target: Path, name: str) -> None:
    """Write a text file again in UTF-8 without a mark; raise `DataFault` where it cannot be."""
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        with path.open("rb") as file, target.open("wb") as written:
            chunk = b" "
            while chunk:
                chunk = file.read(CHUNK)
                written.write(decoder.decode(chunk, final=not chunk).encode("utf-8"))
    except UnicodeError as error:
        raise misfit(path, codec, name, first_misfit(path, codec) or 0) from error


def misfit(path: Path, codec: str, name: str, place: int) -> DataFault:
    """Say that a file is not in the encoding declared for it."""
    return DataFault(
        _("the text is not {encoding}", encoding=shown(codec)),
        file=name,
        row=row_of(path, place),
        expected=_("a text file in UTF-8, UTF-16 or CP932 (Shift_JIS)"),
        remedy=_("name its encoding with --encoding, or save it in UTF-8."),
    )
