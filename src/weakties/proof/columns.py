"""Which columns of an event table say when, who and to whom: by their names, else by what stands in them.

A table without a header is told by its content alone: the time is what grows from row to row or repeats least, the people
are the two columns that share the most values.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from weakties.errors import SourceError
from weakties.sources.generic_columns import INTERACTIONS, guess
from weakties.sources.table_dates import moment
from weakties.sources.tables import names_of, plain

ROLES = ("time", "sender", "recipient", "cc", "bcc", "group", "channel")
_NEEDED = ROLES[:3]
_NAMES = {
    "time": names_of("""time; timestamp; time stamp; ts; t; date; datetime; event date; event time; sent at; sent; created at;
        epoch; unix; unixts; unixtime; when; at; seconds"""),
    "sender": names_of("""sender; sender id; from; from id; src; source; source id; user; user id; caller; author; ego; a; id a;
        i; u; person 1; node 1; initiator; actor"""),
    "recipient": names_of("""recipient; recipients; recipient id; to; to id; dst; dest; destination; target; target id; receiver;
        receiver id; callee; alter; b; id b; j; v; person 2; node 2; dest user id"""),
    "cc": names_of("cc; carbon copy; copy"),
    "bcc": names_of("bcc; blind copy"),
    "group": names_of("group; group size; g; size; number of recipients; recipient count; n recipients; nrecipients"),
    "channel": names_of("channel; medium; kind; type; via"),
}  # fmt: skip
# What longer names begin with: `dest_user_id_if_known`.
_BEGINNINGS = {
    "time": ("time", "date"),
    "sender": ("sender", "from", "src", "source", "caller", "author", "user"),
    "recipient": ("recipient", "to", "dst", "dest", "target", "receiver", "callee"),
}
_ELSEWHERE = {"from": "sender", "to": "recipient", "date": "time", "channel": "channel"}
# Delimiters in the order in which equals are taken. Blanks come last: dates have some inside.
_DELIMITERS = ("\t", ",", ";", "|", " ")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
# What a cell of a header never holds.
_VALUE = re.compile(r"[+-]?[\d.:/T -]*\d[\d.:/TZ +-]*|.*@.*")
_HINT = "Give its columns names in the first line: time,sender,recipient and, where known, group,channel."
# Numbers below this, as seconds since 1970, lie before 1973.
_LIKELY_TIME = 1e8
# Share of the cells of a column that must be a time for it to be the time.
_MOSTLY = 0.9


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is laid out. skip: lines before it; header: whether its first line names the columns; names: the columns, as
    written or `column 1` and so on; places: role -> index of its column.
    """

    delimiter: str
    skip: int
    header: bool
    names: tuple[str, ...]
    places: dict[str, int]

    def said(self) -> str:
        """Return what was taken for what, in words."""
        return ", ".join(f"{role} = {self.names[self.places[role]]}" for role in ROLES if role in self.places)


def layout(text: str, called: str) -> Layout:
    """Return how a table is laid out. text: its first lines; called: what errors call it. Raises SourceError."""
    lines = text.splitlines()
    skip = len(list(itertools.takewhile(lambda line: not line.strip() or line.startswith(("#", "%")), lines)))
    lines = [line for line in lines[skip:] if line.strip()]
    if not lines:
        raise SourceError(f"{called} is empty.", hint=_HINT)
    best: Layout | None = None
    for delimiter, rows in _readings(lines):
        header = not any(_VALUE.fullmatch(cell.strip()) for cell in rows[0])
        width = len(rows[0])
        names = tuple(c.strip() for c in rows[0]) if header else tuple(f"column {i + 1}" for i in range(width))
        places = _by_name(names) if header else {}
        # Where columns have names, a small number under another name is a count, not a time.
        places = _by_content(places, rows[header:], earliest=_LIKELY_TIME if header else 0.0)
        found = Layout(delimiter, skip, header, names, places)
        if all(role in places for role in _NEEDED):
            return found
        best = best if best and len(best.places) >= len(places) else found
    raise _unclear(best, called)


def _readings(lines: Sequence[str]) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield the rows by each delimiter that parts them into three columns or more, the steadiest first."""
    found = []
    for place, delimiter in enumerate(_DELIMITERS):
        try:
            rows = list(csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            continue
        width = len(rows[0])
        steady = sum(len(row) == width for row in rows) / len(rows)
        if width >= len(_NEEDED):
            found.append((-steady, place, delimiter, [row for row in rows if len(row) == width]))
    for _, _, delimiter, rows in sorted(found):
        yield delimiter, rows


def _by_name(names: Sequence[str]) -> dict[str, int]:
    simple = tuple(map(plain, names))
    places: dict[str, int] = {}
    for role in ROLES:
        at = [i for i, name in enumerate(simple) if name in _NAMES[role]]
        places.update({role: at[0]} if at else {})
    told = guess(simple)
    if told and told[0] == INTERACTIONS:
        for theirs, role in _ELSEWHERE.items():
            at = [i for i in told[1].get(theirs, ()) if i not in places.values()]
            if at:
                places.setdefault(role, at[0])
    for role, beginnings in _BEGINNINGS.items():
        at = [i for i, name in enumerate(simple) if name.startswith(beginnings) and i not in places.values()]
        if at:
            places.setdefault(role, at[0])
    return places


def _by_content(places: dict[str, int], rows: Sequence[Sequence[str]], *, earliest: float) -> dict[str, int]:
    """Add what the names left open and the cells tell."""
    if not rows:
        return places
    columns = [[row[i].strip() for row in rows] for i in range(len(rows[0]))]
    found = dict(places)
    if "time" not in found:
        free = [i for i in range(len(columns)) if i not in found.values() and _are_times(columns[i], earliest)]
        if free:
            found["time"] = max(free, key=lambda i: (not _all_numbers(columns[i]), *_grows(columns[i]), i))
    free = [i for i in range(len(columns)) if i not in found.values() and len(set(columns[i])) > 1]
    senders = [found["sender"]] if "sender" in found else free
    recipients = [found["recipient"]] if "recipient" in found else free
    pairs = [
        (a, b) for a in senders for b in recipients if a != b and (a < b or len(senders) == 1 or len(recipients) == 1)
    ]
    if pairs:
        a, b = max(pairs, key=lambda p: (_shared(columns[p[0]], columns[p[1]]), -p[0], -p[1]))
        if _shared(columns[a], columns[b]) > 0 or (len(pairs) == 1 and len(columns) == len(_NEEDED)):
            found["sender"], found["recipient"] = a, b
    return found


def _are_times(cells: Sequence[str], earliest: float) -> bool:
    filled = [c for c in cells if c]
    return bool(filled) and sum(_is_time(c, earliest) for c in filled) >= _MOSTLY * len(filled)


def _is_time(cell: str, earliest: float) -> bool:
    return float(cell) >= earliest if _NUMBER.fullmatch(cell) else moment(cell) is not None


def _all_numbers(cells: Sequence[str]) -> bool:
    return all(_NUMBER.fullmatch(c) for c in cells if c)


def _grows(cells: Sequence[str]) -> tuple[bool, int]:
    """Tell whether the numbers of a column never fall, and how many different ones there are."""
    numbers = [float(c) for c in cells if _NUMBER.fullmatch(c)]
    return all(x <= y for x, y in itertools.pairwise(numbers)), len(set(cells))


def _shared(one: Sequence[str], other: Sequence[str]) -> float:
    a, b = set(one), set(other)
    return len(a & b) / max(min(len(a), len(b)), 1)


def _unclear(best: Layout | None, called: str) -> SourceError:
    if best is None:
        return SourceError(
            f"{called} is no table of at least three columns: when, who, to whom.",
            hint="One event a line, parted by commas, semicolons, tabs or bars: time,sender,recipient",
        )
    missing = [role for role in _NEEDED if role not in best.places]
    listed = ", ".join(best.names[:12])
    return SourceError(f"No column of {called} tells the {' and the '.join(missing)}; it has: {listed}.", hint=_HINT)
