"""A row that speaks of one person, whatever program wrote it: by the roles of its columns it becomes a card and links.

Roles: `name`, `given`, `middle`, `family`, `email`, `phone`, `profile`, `organisation`, `title`, `city`, `country`, `location`,
`birthday`, `relation`, `connected`, and people beside it: `spouse`, `relative`, `manager`, `assistant`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from weakties.facts import handles
from weakties.facts.model import NO_TIME, Card, Extract, Link, LinkKind, Origin, Rejected
from weakties.sources import ReadOptions
from weakties.sources.table_dates import birthday, moment

NOBODY = "nobody is named: the row has no name, no address and no number that can be read"

# What stands for one of these is how else to reach a person.
HANDLE_ROLES = ("email", "phone", "profile")
_LONGEST_TEXT = 300
_MOST_HANDLES = 50
# Several values of one cell: Google joins them so, others with signs that no address holds.
_BETWEEN = re.compile(r"\s*:::\s*|[;\n\r]+|,\s+|\s+/\s+")
_BETWEEN_ADDRESSES = re.compile(r"\s*:::\s*|[;,\s<>]+")
# Names in Chinese characters and Hangul: the family's comes first, with nothing between.
_HAN = re.compile(r"[\u3400-\u9fff\uac00-\ud7a3]+")
_EMPTY = frozenset({"", "-", "--", "n/a", "na", "none", "null", "nil", "undefined", "unknown", "#n/a", "nan"})
_BESIDE: Mapping[str, LinkKind] = {
    "spouse": "family",
    "relative": "family",
    "manager": "reports-to",
    "assistant": "reports-to",
}


class PersonRows:
    """The rows of one table of people. places: role -> the columns that hold it. place: where names stand, the source's name."""

    def __init__(
        self,
        places: Mapping[str, Sequence[int]],
        place: str,
        options: ReadOptions,
        *,
        day_first: bool = False,
        serial: bool = False,
    ) -> None:
        self._places, self._place, self._options = places, place, options
        self._day_first, self._serial = day_first, serial

    def says(self, cells: Sequence[str], origin: Origin) -> Extract:
        """Return what a row says: a card, with links to the people beside it, or why it says nothing."""
        name = self._name(cells)
        known = list(dict.fromkeys(self._handles(cells)))[:_MOST_HANDLES]
        named = handles.bare_name(name, self._place)
        if not known and named is None:
            return Extract(rejected=[Rejected(origin, NOBODY, "cards")])
        handle = known[0] if known else str(named)
        connected = self._first(cells, "connected")
        at = moment(connected, day_first=self._day_first, serial=self._serial) if connected else None
        card = Card(
            handle,
            NO_TIME,
            origin,
            name=name,
            handles=tuple(known[1:]),
            organisation=self._first(cells, "organisation"),
            title=self._first(cells, "title"),
            location=self._first(cells, "location") or self._town(cells),
            birthday=self._birthday(cells),
            relation=self._first(cells, "relation"),
            connected_on=NO_TIME if at is None else at,
        )
        return Extract(cards=[card], links=list(self._links(cells, handle, origin)))

    def _all(self, cells: Sequence[str], role: str) -> Iterator[str]:
        width = len(cells)
        for place in self._places.get(role, ()):
            if place < width and (text := cells[place].strip()) and text.casefold() not in _EMPTY:
                yield text

    def _first(self, cells: Sequence[str], role: str) -> str:
        # Asked a dozen times a row, mostly for nothing: no generator for that.
        for place in self._places.get(role, ()):
            if place < len(cells) and (text := cells[place].strip()) and text.casefold() not in _EMPTY:
                return handles.clean_name(text.partition(" ::: ")[0][:_LONGEST_TEXT])
        return ""

    def _name(self, cells: Sequence[str]) -> str:
        parts = [self._first(cells, role) for role in ("given", "middle", "family")]
        if parts[0] and parts[2] and _HAN.fullmatch(parts[0] + parts[2]):
            return parts[2] + parts[0]
        name = handles.clean_name(" ".join(part for part in parts if part)) or self._first(cells, "name")
        # Programs that know no name write the address in its place.
        return "" if handles.email(name) else name

    def _handles(self, cells: Sequence[str]) -> Iterator[str]:
        for text in self._all(cells, "email"):
            yield from addresses(text)
        for text in self._all(cells, "phone"):
            for part in _BETWEEN.split(text[:1_000]):
                if number := handles.number(part, self._options.region):
                    yield number
        for text in self._all(cells, "profile"):
            for part in _BETWEEN_ADDRESSES.split(text[:2_000]):
                if part and (profile := handles.profile(part)):
                    yield profile

    def _town(self, cells: Sequence[str]) -> str:
        return ", ".join(dict.fromkeys(part for role in ("city", "country") if (part := self._first(cells, role))))

    def _birthday(self, cells: Sequence[str]) -> str:
        text = self._first(cells, "birthday")
        return birthday(text, day_first=self._day_first, serial=self._serial) if text else ""

    def _links(self, cells: Sequence[str], handle: str, origin: Origin) -> Iterator[Link]:
        for role, kind in _BESIDE.items():
            for text in self._all(cells, role):
                for part in text[:1_000].split(" ::: "):
                    other = handles.email(part) or handles.bare_name(part, self._place)
                    if other is None or other == handle:
                        continue
                    a, b = (other, handle) if role == "assistant" else (handle, other)
                    yield Link(kind, a, b, NO_TIME, origin)


def addresses(text: str) -> Iterator[str]:
    """Yield the handles of the mail addresses that a cell holds, one or several, also as `Ana <ana@example.com>`."""
    whole = text.strip()
    if whole[:3].lower() == "/o=":
        if directory := handles.exchange(whole):
            yield directory
        return
    for part in _BETWEEN_ADDRESSES.split(whole[:2_000]):
        if "@" in part and (address := handles.email(part.removeprefix("mailto:"))):
            yield address
