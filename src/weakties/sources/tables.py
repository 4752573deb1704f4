"""Tables as rows with their numbers: CSV of any dialect, encoding and delimiter, and the sheets of a workbook.

Exports put sentences before the header, and their columns move from year to year; so a header is found by the words in it,
wherever it stands among the first lines, and columns are asked for by name. What a source knows are sets of such words.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

from weakties.errors import SourceError
from weakties.facts.model import Extract
from weakties.sources import ReadOptions
from weakties.sources.files import File, FileSource, encoding_of, rejected
from weakties.sources.sheets import Book, book_of, first_words, is_strings, open_book, sheet_words

# Lines in which a header is looked for.
_FIRST_LINES = 40
_DELIMITERS = (",", ";", "\t", "|")
_MOST_COLUMNS = 2_000
_MOST_ZEROS = 8
# Characters of a column's name: what is longer is a sentence.
_LONGEST_NAME = 80
# Rows by which is told what a column holds.
_MOST_SAMPLES = 100
# Characters read as one line: what is longer is no table.
_LONGEST_LINE = 1_000_000
# What begins so is of another kind, however many commas it has.
_OTHERS = ("{", "[", "<", "From ", "BEGIN:", "PK\x03\x04", "%PDF", "Return-Path:", "Received:", "window.")
# A page about a table, or what writes one, may quote its header.
_NO_TABLES = (
    ".md",
    ".markdown",
    ".rst",
    ".html",
    ".htm",
    ".py",
    ".js",
    ".ts",
    ".json",
    ".xml",
    ".eml",
    ".emlx",
    ".vcf",
    ".ics",
)

_TOO_LONG = "a cell of this row is longer than 131,072 characters: most likely a quotation mark before it is not closed"
_TORN = (
    "the row ends before its last column and runs over several lines: most likely a quotation mark in it is not closed"
)
_NO_HEADER = (
    "no sheet of this workbook begins with the columns that its words promise: save the sheet as CSV and import that"
)


class Row(NamedTuple):
    """One row. at: its number, counted from 1; cells: as written; fault: why it cannot be read, the cells are then empty."""

    at: int
    cells: list[str]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """A header as found. at: its line; names: the columns in their plain form (`plain`); written: as they stand there."""

    at: int
    delimiter: str
    names: tuple[str, ...]
    written: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One table, its rows to be read once. serial: whether days may stand there as Excel counts them."""

    file: File
    header: Header
    rows: Iterator[Row]
    serial: bool = False

    def samples(self, places: Sequence[int]) -> list[str]:
        """Return what stands in some columns in the first rows of a CSV file, none for a workbook. Reads no row."""
        if self.serial or not places:
            return []
        lines = self.file.head_text.splitlines()[self.header.at :]
        try:
            rows = list(csv.reader(lines[:_MOST_SAMPLES], delimiter=self.header.delimiter))
        except csv.Error:
            return []
        return [row[place] for row in rows for place in places if place < len(row) and row[place]]


# What tells, by the plain names of a table's columns and the file's own name, whether it is one of ours.
Known = Callable[[Sequence[str], str], bool]


@lru_cache(maxsize=16_384)
def plain(name: str) -> str:
    """Return the name of a column without case, accents, blanks and signs: `E-Mail Address` is `emailaddress`."""
    text = unicodedata.normalize("NFKD", name[:200].casefold())
    return "".join(c for c in text if c.isalnum())


def names_of(listed: str) -> frozenset[str]:
    """Return the plain forms of names that stand in a text, parted by `;`."""
    return frozenset(plain(name) for name in listed.split(";"))


def headers(file: File) -> tuple[Header, ...]:
    """Return every line of a file's beginning that could be a header, none for a file of another kind."""
    text = file.head_text
    if (
        file.base.endswith(_NO_TABLES)
        or text.startswith(_OTHERS)
        or (text[:1] == "\ufeff" and text[1:].startswith(_OTHERS))
    ):
        return ()
    if "\ufffd" in text:
        text = file.head.decode(encoding_of(file.head), "weakties.windows")
    return _headers(text)


@lru_cache(maxsize=4)
def _headers(text: str) -> tuple[Header, ...]:
    """Return every line of a text that could be a header, read with every delimiter that it holds."""
    # A stray zero is dirt, many are another kind of file.
    if text.count("\x00", 0, 2_000) > _MOST_ZEROS:
        return ()
    found = []
    lines = re.split(r"\r\n|\n|\r", text, maxsplit=_FIRST_LINES)[:_FIRST_LINES]
    seen = False
    for number, line in enumerate(lines, start=1):
        held = [delimiter for delimiter in _DELIMITERS if delimiter in line]
        # A single column: only the very first line can be its header.
        if not held and not seen and line.strip():
            held = [","]
        seen = seen or bool(line.strip())
        for delimiter in held:
            cells = line.lstrip("\ufeff").split(delimiter, _MOST_COLUMNS)
            if any(len(cell) > _LONGEST_NAME for cell in cells):
                continue
            written = tuple(cell.strip().strip('"').strip() for cell in cells)
            found.append(Header(number, delimiter, tuple(map(plain, written)), written))
    return tuple(found)


def open_table(file: File, header: Header) -> Table:
    """Return the table below a header."""
    return Table(file, header, _rows(file, header))


def _rows(file: File, header: Header) -> Iterator[Row]:
    lines = iter(partial(file.text().readline, _LONGEST_LINE), "")
    for _ in zip(range(header.at), lines, strict=False):
        pass
    reader = csv.reader(lines, delimiter=header.delimiter)
    number, width = header.at, len(header.names)
    while True:
        try:
            for cells in reader:
                number += 1
                if len(cells) < width and cells and "\n" in cells[-1].rstrip():
                    yield Row(number, [], _TORN)
                elif any(cells):
                    yield Row(number, cells)
        except csv.Error:
            number += 1
            yield Row(number, [], _TOO_LONG)
        else:
            return


def columns(header: Header, wanted: Iterable[str]) -> dict[str, int]:
    """Return where each wanted column stands, the first of several of one name; those that are missing are left out."""
    places: dict[str, int] = {}
    for place, name in enumerate(header.names):
        places.setdefault(name, place)
    return {name: places[name] for name in wanted if name in places}


class TableSource(FileSource):
    """Base of a source whose files are tables. Write `known` and `extracts_of`."""

    def known(self, names: Sequence[str], base: str) -> bool:
        """Tell by the plain names of its columns whether a table is ours. base: the file's own name, lower-case."""
        raise NotImplementedError

    def extracts_of(self, table: Table, options: ReadOptions) -> Iterator[Extract]:
        """Yield what each row of one of our tables says, in order."""
        raise NotImplementedError

    def accepts(self, file: File, header: Header) -> bool:  # noqa: ARG002  for sources that look below the header
        """Tell whether what stands below a header that is known is a table of ours."""
        return True

    def header_of(self, file: File) -> Header | None:
        """Return the header of a table of ours, None where a file is none."""
        return next(
            (header for header in headers(file) if self.known(header.names, file.base) and self.accepts(file, header)),
            None,
        )

    def claims(self, file: File) -> bool:
        """Tell by its first lines whether a file is a table of ours; of a workbook, by the words in its cells."""
        if book_of(file) is not None:
            words = first_words(file) if is_strings(file) else sheet_words(file)
            # Where its first row ends is not told: the first words of all stand for it.
            return any(self.known(tuple(map(plain, words[:count])), "") for count in _widths(len(words)))
        return self.header_of(file) is not None

    def extracts(self, file: File, options: ReadOptions) -> Iterator[Extract]:
        """Yield what each row of one of our files says, in order."""
        if (header := self.header_of(file)) is not None:
            yield from self.extracts_of(open_table(file, header), options)

    def read(self, path: Path, options: ReadOptions) -> Iterator[Extract]:
        """Yield what our tables say, in order. Raises SourceError where the path itself cannot be read."""
        for found in self.tables(path):
            if isinstance(found, Extract):
                yield found
            else:
                yield from self.extracts_of(found, options)

    def tables(self, path: Path) -> Iterator[Table | Extract]:
        """Yield our tables at or below a path, each to be read before the next is asked for, and what cannot be read between them.

        Raises SourceError where the path itself cannot be read.
        """
        books: set[str] = set()
        try:
            for file in self.files(path):
                if isinstance(file, Extract):
                    yield file
                    continue
                book = book_of(file)
                if book is None:
                    if (header := self.header_of(file)) is not None:
                        yield open_table(file, header)
                    if file.stream.fault:
                        yield rejected(file, file.stream.passed, file.stream.fault)
                elif book not in books:
                    books.add(book)
                    yield from self._book(file, open_book(path, book, self.limits))
        except OSError as error:
            raise SourceError(
                f"{path} cannot be read: {error.strerror or error}",
                hint=f"Check that it is there and yours to read: ls -l '{path}'",
            ) from error

    def _book(self, first: File, book: Book) -> Iterator[Table | Extract]:
        """Yield the sheets of a workbook that are tables of ours."""
        ours = False
        for sheet in book.sheets():
            rows = (Row(at, cells, fault) for at, cells, fault in sheet.rows)
            header = _header_in(rows, self.known)
            if isinstance(header, Row):
                yield rejected(sheet.file, header.at, header.fault, "cards")
                ours = True
            elif header is not None:
                ours = True
                yield Table(sheet.file, header, rows, serial=True)
        if book.fault or not ours:
            yield rejected(first, 0, book.fault or _NO_HEADER, "cards")


def _widths(words: int) -> list[int]:
    """Return how many of a workbook's first words may be its header: few columns, some, many, all."""
    return sorted({min(words, count) for count in (2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 40, words) if words})


def _header_in(rows: Iterator[Row], known: Known) -> Header | Row | None:
    """Return the header among the first rows of a sheet, a row that cannot be read if one comes before it, or None."""
    for row in rows:
        if row.fault:
            return row
        names = tuple(map(plain, row.cells))
        if known(names, ""):
            return Header(row.at, "", names, tuple(row.cells))
        if row.at > _FIRST_LINES:
            return None
    return None
