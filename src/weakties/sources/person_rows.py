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
_LONGEST_EMPTY = max(map(len, _EMPTY))
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
        # Most of what a row could tell most tables have no column for; it is not asked for row by row.
        self._places = {role: tuple(columns) for role, columns in places.items() if columns}
        self._place, self._options = place, options
        self._day_first, self._serial = day_first, serial
        self._named_by = [role for role in ("given", "middle", "family") if role in self._places]
        self._plain = [role for role in ("organisation", "title", "location", "relation") if role in self._places]
        self._beside = [(role, kind) for role, kind in _BESIDE.items() if role in self._places]

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
        said = {role: self._first(cells, role) for role in self._plain}
        card = Card(
            handle,
            NO_TIME,
            origin,
            name=name,
            handles=tuple(known[1:]),
            organisation=said.get("organisation", ""),
            title=said.get("title", ""),
            location=said.get("location") or self._town(cells),
            birthday=self._birthday(cells),
            relation=said.get("relation", ""),
            connected_on=NO_TIME if at is None else at,
        )
        return Extract(cards=[card], links=list(self._links(cells, handle, origin)) if self._beside else [])

    def _all(self, cells: Sequence[str], role: str) -> Iterator[str]:
        width = len(cells)
        for place in self._places.get(role, ()):
            if place < width and (text := cells[place].strip()) and not _is_empty(text):
                yield text

    def _first(self, cells: Sequence[str], role: str) -> str:
        # Asked many times a row, mostly for nothing: no generator for that.
        for place in self._places.get(role, ()):
            if place < len(cells) and (text := cells[place].strip()) and not _is_empty(text):
                return handles.clean_name(text.partition(" ::: ")[0][:_LONGEST_TEXT])
        return ""

    def _name(self, cells: Sequence[str]) -> str:
        parts = {role: text for role in self._named_by if (text := self._first(cells, role))}
        if "given" in parts and "family" in parts and _HAN.fullmatch(parts["given"] + parts["family"]):
            return parts["family"] + parts["given"]
        name = handles.clean_name(" ".join(parts.values())) or self._first(cells, "name")
        # Programs that know no name write the address in its place.
        return "" if "@" in name and handles.email(name) else name

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
        if "city" not in self._places and "country" not in self._places:
            return ""
        return ", ".join(dict.fromkeys(part for role in ("city", "country") if (part := self._first(cells, role))))

    def _birthday(self, cells: Sequence[str]) -> str:
        text = self._first(cells, "birthday")
        return birthday(text, day_first=self._day_first, serial=self._serial) if text else ""

    def _links(self, cells: Sequence[str], handle: str, origin: Origin) -> Iterator[Link]:
        for role, kind in self._beside:
            for text in self._all(cells, role):
                for part in text[:1_000].split(" ::: "):
                    other = handles.email(part) or handles.bare_name(part, self._place)
                    if other is None or other == handle:
                        continue
                    a, b = (other, handle) if role == "assistant" else (handle, other)
                    yield Link(kind, a, b, NO_TIME, origin)


def _is_empty(text: str) -> bool:
    """Tell what programs write where there is nothing."""
    return len(text) <= _LONGEST_EMPTY and text.casefold() in _EMPTY


def addresses(text: str) -> Iterator[str]:
    """Yield the handles of the mail addresses that a cell holds, one or several, also as `Ana <ana@example.com>`."""
    whole = text.strip()
    if whole[:3].lower() == "/o=":
        if directory := handles.exchange(whole):
            yield directory
        return
    # As a rule it is one, and nothing else.
    if alone := handles.email(whole):
        yield alone
        return
    for part in _BETWEEN_ADDRESSES.split(whole[:2_000]):
        if "@" in part and (address := handles.email(part.removeprefix("mailto:"))):
            yield address
