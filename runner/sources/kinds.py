"""The kind of a file by its content, independent of its name."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from runner.faults import DataFault
from runner.messages import _
from runner.sources import encodings

_START = 4096
_SIGNATURES = (
    (b"%PDF-", "PDF"),
    (b"PAR1", "Parquet"),
    (b"\x1f\x8b", "gzip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office 97 (.xls, .doc)"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG\r\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!\x1a", "RAR"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"SQLite format 3\0", "SQLite"),
)
_TEXTS = (
    (re.compile(r"\s*<(?:!doctype html|html|head|body|meta|style|table|div)\b", re.I), "HTML"),
    (re.compile(r"\s*<\?xml\b", re.I), "XML"),
    (re.compile(r"\s*(?:\{\s*\"[^\"]*\"\s*:|\[\s*[\[{])"), "JSON"),
)
# Parts of a zip archive that identify its kind.
_PARTS = (
    ("xl/workbook.xml", "Excel (.xlsx)"),
    ("xl/workbook.bin", "Excel (.xlsb)"),
    ("word/document.xml", "Word"),
    ("ppt/presentation.xml", "PowerPoint"),
    ("content.xml", "OpenDocument (.ods)"),
)
WORKBOOKS = (
    "Excel (.xlsx)",
    "Excel (.xlsb)",
    "OpenDocument (.ods)",
    "Office 97 (.xls, .doc)",
    "zip",
)
TEXT = "text (.csv)"
# Kinds that can be read under their own file extension.
_READ = {"Parquet", "gzip", "zip", "Excel (.xlsx)", "Excel (.xlsb)", "OpenDocument (.ods)", TEXT}


def of(path: Path) -> str:
    """Return the kind of a file by its first bytes; empty when it may be a table of text."""
    with path.open("rb") as file:
        start = file.read(_START)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packed(path)
    for signature, kind in _SIGNATURES:
        if start.startswith(signature):
            return kind
    wide = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = start.decode("utf-16" if wide else "utf-8-sig", "ignore")
    return next((kind for pattern, kind in _TEXTS if pattern.match(text)), "")


def _packed(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return "zip"
    return next((kind for part, kind in _PARTS if part in parts), "zip")


def fault(name: str, kind: str, formats: str, sheet: str = "") -> DataFault:
    """Return the fault that a file's content is of another kind than its name."""
    remedy = (
        _("rename it with the file extension of its kind.")
        if kind in _READ
        else _("save or export it in one of these formats.")
    )
    return DataFault(
        _("by its content this is {kind}", kind=kind),
        file=name,
        sheet=sheet,
        expected=formats,
        remedy=remedy,
    )


def is_text(path: Path) -> bool:
    """Return whether a file may be a table of text."""
    if of(path):
        return False
    try:
        encodings.detect(path, "")
    except DataFault:
        return False
    return True
