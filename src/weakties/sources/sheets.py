"""The sheets of an .xlsx workbook, row by row, from any place where a zip can lie.

A workbook is a zip of XML files. Its texts lie together in one file, its sheets hold numbers of texts; so the texts are read
first and held, the sheets are read as streams. Formats are not looked at: a day is the number that Excel counts it by, and whoever
knows which column holds days reads it as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

from weakties.sources.containers import open_files
from weakties.sources.files import File, file_of
from weakties.sources.streams import Limits

_STRINGS = "xl/sharedstrings.xml"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
# Texts of a workbook that are held, and their characters in all.
_MOST_TEXTS = 2_000_000
_MOST_CHARACTERS = 60_000_000
_MOST_COLUMNS = 16_384
# Words of a workbook's beginning in which a header is looked for.
_FIRST_WORDS = 200
_TEXT = re.compile(r"<(?:x:)?t(?:\s[^<>]{0,60})?>([^<]{0,300})</")

_TOO_LARGE = "the workbook holds more text than is read at once: save its sheets as CSV and import those"
_DAMAGED = "the workbook is damaged here: open it, save it again, then import it again"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. file: it, as it lies in the workbook; rows: number, cells as text, and why the rest cannot be read."""

    file: File
    rows: Iterator[tuple[int, list[str], str]]


class Book:
    """A workbook. fault: why its texts cannot be read, known once its sheets were asked for."""

    def __init__(self, path: Path, name: str, limits: Limits) -> None:
        self.fault = ""
        self._path, self._name, self._limits = path, name, limits

    def sheets(self) -> Iterator[Sheet]:
        """Yield the sheets, in the order of the file; each is to be read before the next is asked for."""
        texts: list[str] = []
        for file in self._files():
            if is_strings(file):
                texts = self._texts(file)
        for file in self._files():
            if is_sheet(file):
                yield Sheet(file, _rows(file, texts))

    def _files(self) -> Iterator[File]:
        for opened in open_files(self._path, self._limits):
            if not opened.fault and opened.name.rpartition("!")[0] == self._name and "!" in opened.name:
                file = file_of(opened, self._path)
                if is_strings(file) or is_sheet(file):
                    yield file

    def _texts(self, file: File) -> list[str]:
        texts: list[str] = []
        held = 0
        try:
            for element in _elements(file, "si"):
                text = _text_of(element)
                held += len(text)
                if held > _MOST_CHARACTERS or len(texts) >= _MOST_TEXTS:
                    self.fault = _TOO_LARGE
                    break
                texts.append(text)
        except (ET.ParseError, ValueError):
            self.fault = file.stream.fault or _DAMAGED
        return texts


def open_book(path: Path, name: str, limits: Limits) -> Book:
    """Return a workbook by its name below a path, as `book_of` tells it."""
    return Book(path, name, limits)


def book_of(file: File) -> str | None:
    """Return the name of the workbook that a file is a sheet or the texts of, None for any other file."""
    return file.name.rpartition("!")[0] if "!" in file.name and (is_strings(file) or is_sheet(file)) else None


def is_strings(file: File) -> bool:
    """Tell whether a file holds the texts of a workbook."""
    return _inside(file) == _STRINGS


def is_sheet(file: File) -> bool:
    """Tell whether a file is a sheet of a workbook."""
    return file.base.endswith(".xml") and _SHEET.fullmatch(_inside(file)) is not None


def _inside(file: File) -> str:
    return file.name.rpartition("!")[2].lower()


def first_words(file: File) -> list[str]:
    """Return the first texts of a workbook: mostly those of its first rows."""
    return [unescape(text) for text in _TEXT.findall(file.head_text)[:_FIRST_WORDS]]


def sheet_words(file: File) -> list[str]:
    """Return the texts that stand in the first rows of a sheet itself, which few programs write there."""
    return first_words(file) if "inlineStr" in file.head_text else []


def _elements(file: File, wanted: str) -> Iterator[ET.Element]:
    """Yield the elements of a name as they end, and forget them: memory does not grow with the file. Raises ParseError."""
    if b"<!DOCTYPE" in file.head or b"<!ENTITY" in file.head:
        raise ET.ParseError
    open_elements: list[ET.Element] = []
    # Entities are bounded by the parser itself, and a document that declares some is refused above.
    for event, element in ET.iterparse(file.binary(), events=("start", "end")):  # noqa: S314
        if event == "start":
            open_elements.append(element)
            continue
        open_elements.pop()
        if element.tag.rpartition("}")[2] == wanted:
            yield element
            if open_elements:
                open_elements[-1].clear()


def _rows(file: File, texts: list[str]) -> Iterator[tuple[int, list[str], str]]:
    number = 0
    try:
        for element in _elements(file, "row"):
            told = element.get("r", "")
            number = int(told) if told.isascii() and told.isdigit() and len(told) <= 7 else number + 1
            cells = _cells(element, texts)
            if any(cells):
                yield number, cells, ""
    except (ET.ParseError, ValueError):
        yield number + 1, [], file.stream.fault or _DAMAGED


def _cells(row: ET.Element, texts: list[str]) -> list[str]:
    cells: list[str] = []
    for cell in row:
        if cell.tag.rpartition("}")[2] != "c":
            continue
        place = _column(cell.get("r", ""))
        if place is None:
            place = len(cells)
        if place >= _MOST_COLUMNS or place < len(cells):
            continue
        cells += [""] * (place - len(cells))
        cells.append(_value(cell, texts))
    return cells


def _column(reference: str) -> int | None:
    """Return the column, counted from 0, that a cell's reference (`AB12`) names; None where it names none."""
    column = 0
    for letter in reference[:4].upper():
        if not "A" <= letter <= "Z":
            break
        column = 26 * column + ord(letter) - 64
    return column - 1 if column else None


def _value(cell: ET.Element, texts: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text_of(cell)
    value = next((child.text or "" for child in cell if child.tag.rpartition("}")[2] == "v"), "").strip()
    if kind == "s":
        return texts[int(value)] if value.isascii() and value.isdigit() and int(value[:9]) < len(texts) else ""
    if kind == "e":
        return ""
    # A telephone number that Excel took for a number: 4.915112345678E12.
    if kind == "n" and "E" in value.upper() and len(value) < 30:
        try:
            return f"{float(value):.0f}"
        except (ValueError, OverflowError):
            return value
    return value.removesuffix(".0")


def _text_of(element: ET.Element) -> str:
    """Return the text of a cell or of an entry among the texts, how a word is to be spoken left out."""
    parts: list[str] = []
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name == "t":
            parts.append(child.text or "")
        elif name in {"r", "is"}:
            parts.append(_text_of(child))
    return "".join(parts)
