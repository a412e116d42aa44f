"""Text files: detecting their encoding and converting them to UTF-8."""

from __future__ import annotations

import codecs
import os
import re
import shutil
from pathlib import Path

from runner.faults import DataFault, WrongUsage
from runner.messages import _

CHUNK = 1 << 22
# The byte order mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Japanese Windows writes characters under these names (髙, 﨑, ①) that the standards lack.
_CP932 = ("shift_jis", "shift-jis", "sjis", "s_jis", "ms_kanji", "windows-31j", "ms932", "932")
_EUC = ("euc_jp", "euc_jis_2004")
_SHOWN = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 (BOM)",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16LE",
    "utf-16-be": "UTF-16BE",
    "utf-32": "UTF-32",
    "utf-32-le": "UTF-32LE",
    "utf-32-be": "UTF-32BE",
    "cp932": "CP932",
    "euc_jp": "EUC-JP",
    "euc_jis_2004": "EUC-JP",
    "iso2022_jp_ext": "ISO-2022-JP",
}
# A cell between delimiters whose bytes beyond ASCII are all Japanese characters in UTF-8.
_PLAIN = rb"[^\x00-\x1f\x7f-\xff,;|\"]*"
_UTF8_CELL = re.compile(
    rb"(?<=[,;\t|\"\n])(?:%b(?:[\xe3-\xe9][\x80-\xbf]{2}|\xef[\xbc-\xbe][\x80-\xbf]))+%b(?=[,;\t|\"\r\n])"
    % (_PLAIN, _PLAIN)
)
_HALF_WIDTH = re.compile("[\uff61-\uff9f]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]+")
# This many zero bytes at the end are padding; a character of UTF-32 ends in up to three.
_PADDING = 8
# Rows shown as examples of each encoding when one file has two.
_SHOWN_ROWS = 5


def shown(encoding: str) -> str:
    """Return the usual spelling of an encoding's name."""
    return _SHOWN.get(encoding, encoding)


def named(name: str) -> str:
    """Return the codec of a declared encoding; raise `WrongUsage` when it does not exist."""
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
    """Return the encoding of a file, by its byte order mark or by trying encodings on all bytes.

    `name` is the file's name in messages. Raise `DataFault` naming the row when the bytes
    contradict the mark, fit no encoding, or mix two.
    """
    with path.open("rb") as file:
        start = file.read(CHUNK)
    for mark, codec in _MARKS:
        if start.startswith(mark):
            if (place := first_misfit(path, codec)) is not None:
                raise misfit(path, codec, name, place)
            return codec
    return _wide(start[:4096], name) or _narrow(path, start, name)


def _narrow(path: Path, start: bytes, name: str) -> str:
    """Return the encoding of a text without a mark in which ASCII characters take one byte."""
    place = first_misfit(path, "utf-8")
    if place is None:
        return "iso2022_jp_ext" if b"\x1b$" in start else "utf-8"
    size = path.stat().st_size
    if _utf8_cells(path):
        raise misfit(path, "utf-8", name, place) if place == size else _mixed(path, name)
    for codec in _EUC:
        if _is_japanese(start, codec) and first_misfit(path, codec) is None:
            return codec
    found = first_misfit(path, "cp932")
    if found is None and not _is_western(start):
        return "cp932"
    for codec, end in (("utf-8", place), ("cp932", found)):
        if end == size:
            raise misfit(path, codec, name, end)
    raise DataFault(
        _("the text is neither UTF-8 nor CP932"),
        file=name,
        row=row_of(path, place),
        expected=_("a text file in UTF-8, UTF-16 or CP932 (Shift_JIS)"),
        remedy=_("save it as “CSV UTF-8” in Excel, or name its encoding with --encoding."),
    )


def _wide(start: bytes, name: str) -> str | None:
    """Return the two-byte or four-byte encoding of a text without a mark, by its zero bytes."""
    zeros = [start[place::4].count(0) for place in range(4)]
    few = len(start) // 16
    if min(zeros[1:]) > few >= zeros[0]:
        return "utf-32-le"
    if min(zeros[:3]) > few >= zeros[3]:
        return "utf-32-be"
    even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
    if max(even, odd) <= len(start) // 8:
        return None
    if min(even, odd) > len(start) // 8:
        raise DataFault(
            _("this is not a text"),
            file=name,
            expected=_("a text file in UTF-8, UTF-16 or CP932 (Shift_JIS)"),
            remedy=_("export it again as CSV."),
        )
    # Text of letters and line ends has a zero in every other byte.
    return "utf-16-be" if even > odd else "utf-16-le"


def _utf8_cells(path: Path) -> int:
    """Count the cells that are Japanese in UTF-8; in a CP932 file, few cells match by chance."""
    cells = lines = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            lines += chunk.count(b"\n")
            cells += sum(_is_usual(cell[0].decode()) for cell in _UTF8_CELL.finditer(chunk))
    return cells if cells > lines // 10_000 else 0


def _is_usual(text: str) -> bool:
    """Return whether a text has at least two Japanese characters and no rare one."""
    chars = [char for char in text if not char.isascii()]
    return len(chars) > 1 and all(map(_is_frequent, chars))


def _is_frequent(char: str) -> bool:
    """Return whether a character is kana, punctuation or a kanji of JIS level 1."""
    if not "\u3400" <= char <= "\u9fff":
        return "\u3000" <= char <= "\u30ff" or "\uff01" <= char <= "\uff9f"
    return b"\x88\x9f" <= char.encode("cp932", "replace") < b"\x98\x73"


def _mixed(path: Path, name: str) -> DataFault:
    """Return the fault that a file mixes two encodings, with the first rows of each."""
    rows: dict[bool, list[int]] = {True: [], False: []}
    with path.open("rb") as file:
        for row, line in enumerate(file, start=1):
            if not line.isascii():
                rows[_fits(line, "utf-8")].append(row)
            if min(map(len, rows.values())) >= _SHOWN_ROWS:
                break
    first = {fits: ", ".join(map(str, found[:_SHOWN_ROWS])) for fits, found in rows.items()}
    return DataFault(
        _("two encodings are in one file"),
        file=name,
        row=rows[False][0],
        expected=_(
            "one encoding; rows in UTF-8: {rows}; rows in another: {others}",
            rows=first[True] or "–",
            others=first[False],
        ),
        remedy=_("export it again in one, or name it with --encoding to read all rows in it."),
    )


def _fits(line: bytes, codec: str) -> bool:
    try:
        line.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _is_japanese(start: bytes, codec: str) -> bool:
    """Return whether a text decodes to frequent characters where CP932 decodes half-width kana.

    Real half-width kana, decoded as EUC-JP, contain many rare characters.
    """
    half_width = "".join(_BEYOND_ASCII.findall(start.decode("cp932", "ignore")))
    chars = "".join(_BEYOND_ASCII.findall(start.decode(codec, "ignore")))
    return 2 * len(_HALF_WIDTH.findall(half_width)) > len(half_width) and (
        10 * sum(map(_is_frequent, chars)) >= 9 * len(chars) > 0
    )


def _is_western(start: bytes) -> bool:
    """Return whether CP932 decodes only lone kanji within Latin words (Jäger: J臠er)."""
    text = start.decode("cp932", "ignore")
    found = list(_BEYOND_ASCII.finditer(text))
    return bool(found) and all(
        len(run[0]) == 1
        and run[0].encode("cp932")[-1:].isalpha()
        and (text[: run.start()][-1:].isalpha() or text[run.end() :][:1].isalpha())
        for run in found[:1000]
    )


def padding(path: Path) -> int:
    """Count the zero bytes that pad the end of a file, as an interrupted copy leaves them."""
    count = 0
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        while end > 0:
            size = min(end, CHUNK)
            file.seek(end - size)
            chunk = file.read(size)
            kept = len(chunk.rstrip(b"\0"))
            count += size - kept
            if kept:
                break
            end -= size
    return count if count >= _PADDING else 0


def without_padding(path: Path, count: int, target: Path) -> None:
    """Copy a file without the last `count` bytes."""
    size = path.stat().st_size - count
    with path.open("rb") as file, target.open("wb") as written:
        shutil.copyfileobj(file, written, CHUNK)
        # The last character of a wide encoding may itself end in zero bytes.
        written.truncate(size + -size % _breadth(path))


def _breadth(path: Path) -> int:
    """Return the bytes per character by the file's byte order mark."""
    with path.open("rb") as file:
        start = file.read(4)
    if start in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        return 4
    return 2 if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else 1


def first_misfit(path: Path, codec: str) -> int | None:
    """Return the place of the first byte that is invalid in an encoding, or None."""
    decoder = codecs.getincrementaldecoder(codec)()
    done = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                # The decoder puts bytes left over from the previous chunk before this one.
                return done - (len(error.object) - len(chunk)) + error.start
            done += len(chunk)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return done
    return None


def row_of(path: Path, place: int) -> int:
    """Return the line, counted from 1, that contains a byte."""
    lines = 1
    with path.open("rb") as file:
        while place > 0 and (chunk := file.read(min(place, CHUNK))):
            lines += chunk.count(b"\n")
            place -= len(chunk)
    return lines


def to_utf8(path: Path, codec: str, target: Path, name: str) -> None:
    """Write a text file as UTF-8 without a mark; raise `DataFault` where it cannot be decoded."""
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
    """Return the fault that a file is not in the encoding declared by its mark or the user."""
    with path.open("rb") as file:
        file.seek(place)
        byte = file.read(1)
    if not byte:
        return DataFault(
            _(
                "the file ends in the middle of a character of {encoding}, it seems cut short",
                encoding=shown(codec),
            ),
            file=name,
            row=row_of(path, place),
            expected=_("a file that is whole"),
            remedy=_("export or copy it again."),
        )
    return DataFault(
        _("the text is not {encoding}", encoding=shown(codec)),
        file=name,
        row=row_of(path, place),
        value=_("byte {place}: 0x{byte}", place=f"{place + 1:,}", byte=byte.hex().upper()),
        expected=_("a text file in UTF-8, UTF-16 or CP932 (Shift_JIS)"),
        remedy=_("name its encoding with --encoding, or save it in UTF-8."),
    )
