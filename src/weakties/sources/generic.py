"""Any table of people, or of what happened between people, whose columns can be guessed by their names.

A spreadsheet of contacts, the export of some other program, a diary of calls kept by hand. It is ours when it has a column of
addresses or numbers, or one of full names beside another that is known; and when it is nothing that another source reads. What was
guessed can be asked for (`guessed`), so that it can be shown before anything is taken in.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from weakties.facts import handles
from weakties.facts.model import Extract, Origin, Rejected
from weakties.sources import ReadOptions, contacts, linkedin_columns
from weakties.sources.addresses import mailboxes
from weakties.sources.chat import Conversation
from weakties.sources.files import File
from weakties.sources.generic_columns import PEOPLE, channel_of, guess, is_english, is_incoming, is_me
from weakties.sources.person_rows import PersonRows
from weakties.sources.sheets import book_of
from weakties.sources.table_dates import figures_say, moment
from weakties.sources.tables import Header, Table, TableSource, headers

READER = 1
PLACE = "table"

NO_DATE = "no date that can be read: the row names no day between 1971 and 2100"
NOBODY = "nobody is named: the row does not say who took part"

_ENDINGS = (".csv", ".tsv", ".tab", ".psv", ".txt")
# Lines before a header, and rows behind it of which one must be as wide, before any text with commas is taken for a table.
_MOST_BEFORE, _ROWS_LOOKED_AT = 12, 5
_MOST_CONVERSATIONS = 500
_LONGEST_PEOPLE = 20_000
_LONGEST_MEETING = 7 * 24 * 60
_PARTED = re.compile(r"\s*[;\n]\s*|\s*,\s+(?=\S)|\s+&\s+")
_NUMBER = re.compile(r"\d{1,5}(?:[.,]\d{1,3})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Guess:
    """What a table was taken for. file: its name below the path; kind: `people` or `interactions`; columns: each column that is
    read, as written, and its role; left: the columns that are not read.
    """

    file: str
    kind: str
    columns: Mapping[str, str]
    left: tuple[str, ...]


def guessed(path: Path) -> list[Guess]:
    """Return what each table at or below a path would be taken for, none if there is none.

    Raises SourceError where the path itself cannot be read.
    """
    found = []
    for table in GenericSource().tables(path):
        if isinstance(table, Extract) or (taken := guess(table.header.names)) is None:
            continue
        kind, places = taken
        roles = {place: role for role, held in places.items() for place in held}
        written = table.header.written
        columns = {written[place]: roles[place] for place in sorted(roles)}
        left = tuple(name for place, name in enumerate(written) if place not in roles and name)
        found.append(Guess(table.file.name, kind, columns, left))
    return found


class GenericSource(TableSource):
    """Tables of people or of interactions that no other source reads."""

    name = PLACE
    reader = READER

    def known(self, names: Sequence[str], base: str) -> bool:
        """Tell by the plain names of its columns whether a table is one of people or interactions, and nobody else's."""
        return guess(tuple(names)) is not None and not _anothers(names, base)

    def claims(self, file: File) -> bool:
        """Tell by its first lines whether a file is such a table: a header, and rows as wide as it."""
        if book_of(file) is None and "." in file.base and not file.base.endswith(_ENDINGS):
            return False
        return super().claims(file)

    def accepts(self, file: File, header: Header) -> bool:
        """Tell whether what stands below a header is a table: prose has commas too."""
        if header.at > _MOST_BEFORE:
            return False
        width = len(header.names)
        for other in headers(file):
            # Another's table may hold a row that looks like a header; and so may our own, below the real one.
            if _anothers(other.names, file.base):
                return False
            before = other.at < header.at and other.delimiter == header.delimiter
            if before and width > 1 and len(other.names) == width and sum(map(bool, other.names)) > width // 2:
                return False
        lines = file.head_text.splitlines()[header.at : header.at + 3 * _ROWS_LOOKED_AT]
        try:
            rows = [row for row in csv.reader(lines, delimiter=header.delimiter) if any(row)][:_ROWS_LOOKED_AT]
        except csv.Error:
            return False
        return any(len(row) == width or (len(row) > width and not any(row[width:])) for row in rows)

    def extracts_of(self, table: Table, options: ReadOptions) -> Iterator[Extract]:
        """Yield what each row says."""
        taken = guess(table.header.names)
        if taken is None:
            return
        kind, places = taken
        days = [place for role in ("birthday", "connected", "date") for place in places.get(role, ())]
        day_first = figures_say(table.samples(days), usually=not is_english(table.header.names))
        rows: PersonRows | _Interactions
        if kind == PEOPLE:
            rows = PersonRows(places, PLACE, options, day_first=day_first, serial=table.serial)
        else:
            rows = _Interactions(places, options, day_first=day_first, serial=table.serial)
        for at, cells, fault in table.rows:
            origin = table.file.origin(at)
            if fault:
                yield Extract(rejected=[Rejected(origin, fault, "cards" if kind == PEOPLE else "events")])
            else:
                yield rows.says(cells, origin)


def _anothers(names: Sequence[str], base: str) -> bool:
    """Tell whether a table is another source's, or a file of another's export that nobody reads."""
    return (
        linkedin_columns.kind_of(names, base) is not None
        or linkedin_columns.is_unread(names)
        or contacts.is_google(names)
        or contacts.is_outlook(names)
    )


class _Interactions:
    """The rows of one table of interactions."""

    def __init__(
        self, places: Mapping[str, Sequence[int]], options: ReadOptions, *, day_first: bool, serial: bool
    ) -> None:
        self._places = {role: held[0] for role, held in places.items()}
        self._options, self._day_first, self._serial = options, day_first, serial
        self._talks: dict[tuple[object, ...], Conversation] = {}

    def says(self, cells: Sequence[str], origin: Origin) -> Extract:
        """Return the event that a row tells of, or why it tells of none."""
        at = moment(self._cell(cells, "date"), day_first=self._day_first, serial=self._serial)
        if at is None:
            return Extract(rejected=[Rejected(origin, NO_DATE)])
        author, others = self._people(cells)
        if author is None or not others:
            return Extract(rejected=[Rejected(origin, NOBODY)])
        members = {author[0]: author[1]}
        for handle, name in others:
            members.setdefault(handle, name)
        channel = channel_of(self._cell(cells, "channel")) if "channel" in self._places else "message"
        talk = self._talk(channel, members, handles.clean_name(self._cell(cells, "subject")[:500]))
        extract = talk.says(author[0], at, self._cell(cells, "text"), origin)
        if seconds := self._seconds(cells):
            extract.events = [msgspec.structs.replace(extract.events[0], duration=seconds)]
        return extract

    def _cell(self, cells: Sequence[str], role: str) -> str:
        place = self._places.get(role, -1)
        return cells[place].strip() if 0 <= place < len(cells) else ""

    def _people(self, cells: Sequence[str]) -> tuple[tuple[str, str] | None, list[tuple[str, str]]]:
        """Return who began, and the others."""
        if "from" in self._places and "to" in self._places:
            begun = self._named(self._cell(cells, "from"))
            return (begun[0] if begun else None), [*begun[1:], *self._named(self._cell(cells, "to"))]
        others = self._named(self._cell(cells, "with"))
        me = (self._options.me, "")
        if others and is_incoming(self._cell(cells, "direction")):
            return others[0], [me, *others[1:]]
        return me, [one for one in others if one[0] != me[0]]

    def _named(self, text: str) -> list[tuple[str, str]]:
        """Return handle and name of everybody whom a cell names: addresses as in mail, numbers, names, `me`."""
        text = text[:_LONGEST_PEOPLE]
        if "@" in text:
            return [self._known(handle, name) for handle, name in mailboxes(text)]
        people: list[tuple[str, str]] = []
        for part in _PARTED.split(text):
            if is_me(part):
                people.append((self._options.me, ""))
            elif number := handles.number(part, self._options.region):
                people.append((number, ""))
            elif named := handles.bare_name(part, PLACE):
                people.append((named, handles.clean_name(part)))
        return people

    def _known(self, handle: str, name: str) -> tuple[str, str]:
        """Return somebody whom a cell names as mail does; whoever has no address there is known by name in this table."""
        if handles.kind(handle) != "name":
            return handle, name
        if is_me(name):
            return self._options.me, ""
        return handles.bare_name(name, PLACE) or handle, name

    def _talk(self, channel: str, members: Mapping[str, str], title: str) -> Conversation:
        key = (channel, title, *sorted(members.items()))
        talk = self._talks.get(key)
        if talk is None:
            if len(self._talks) >= _MOST_CONVERSATIONS:
                self._talks.clear()
            people = " ".join(sorted(members))
            talk = Conversation(
                channel, f"{PLACE} {title} {people}", members, reader=READER, options=self._options, title=title
            )
            self._talks[key] = talk
        return talk

    def _seconds(self, cells: Sequence[str]) -> int:
        found = _NUMBER.fullmatch(self._cell(cells, "minutes"))
        minutes = float(found[0].replace(",", ".")) if found else 0
        return round(60 * minutes) if minutes <= _LONGEST_MEETING else 0
