"""The ledger notation: a small world written down the way one would tell it, and turned into real facts.

::

    2026-01-05  ana -> me            email x40
    2026-01-06  carla <-> me         email x6 every 7d
    2026-02-01  me, carla, dan       meeting 30m
    2026-02-03  ben -> carla, me     email asks "The interferometer"
    2026-02-04  ana -> me            newsletter

A line is a day, who, and what. `->` has an author and recipients, `<->` goes to and fro, beginning with the left side; a
bare list is a meeting. `x6` is six times, on following days unless `every 7d` says otherwise. `asks` marks a question; a text
in quotes is the subject, and messages with one subject between the same people are one thread. `newsletter`, `list` and `bot`
are what a header would say. A person is a word: `ana` is `email:ana@ana.example`, named Ana; `ana@acme` is
`email:ana@acme.example`, named Ana too; `me` is the owner. Lines that begin with `#` are remarks.

Plugin authors: `source_errors` checks that a source keeps the promises of the protocol on a sample file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from weakties import intake
from weakties.config import Settings
from weakties.errors import SourceError
from weakties.facts import handles
from weakties.facts.migrations import open_home
from weakties.facts.model import Event, Extract, Origin, Participation, Role, event_id, fingerprint
from weakties.sources import ReadOptions, Source
from weakties.workspace import Workspace

_LINE = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)\s+(?P<who>.+?)\s{2,}(?P<what>\S.*)")
_BULK = ("newsletter", "list", "bot", "auto", "bulk", "spam")
_NOON = 12 * 3_600


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the notation, understood."""

    day: date
    authors: tuple[str, ...]
    others: tuple[str, ...]
    channel: str
    times: int
    every: int
    both_ways: bool
    subject: str
    asks: bool
    bulk: str
    seconds: int


class LedgerNotation:
    """The notation as a source, so that a test's world goes the same way as anybody's mail."""

    name = "notation"
    reader = 1

    def identify(self, path: Path) -> bool:
        """Tell whether the first line that is no remark is a line of the notation."""
        lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
        return any(_LINE.fullmatch(line) for line in lines if line and not line.startswith("#"))

    def read(self, path: Path, options: ReadOptions) -> Iterator[Extract]:  # noqa: ARG002  a notation has no text
        """Yield one extract per event, in order."""
        for number, written in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            text = written.strip()
            if text and not text.startswith("#"):
                yield from events(parse(text), Origin("", number))


def parse(text: str) -> Line:
    """Return a line understood. Raises SourceError with the line where it is not."""
    match = _LINE.fullmatch(text)
    if match is None:
        raise SourceError(f"This is no line of the notation: {text}", hint="2026-01-05  ana -> me    email x3")
    who, what = match["who"], match["what"]
    subject = m[1] if (m := re.search(r'"([^"]*)"', what)) else ""
    words = re.sub(r'"[^"]*"', "", what).split()
    left, arrow, right = who.partition("<->") if "<->" in who else who.partition("->")
    bulk = next((w for w in words if w in _BULK), "")
    return Line(
        day=date.fromisoformat(match["day"]),
        authors=_names(left),
        others=_names(right),
        channel="email" if words[0] in _BULK else words[0],
        times=next((int(w[1:]) for w in words if re.fullmatch(r"x\d+", w)), 1),
        every=next((int(w[:-1]) for w in words if re.fullmatch(r"\d+d", w)), 1),
        both_ways=arrow == "<->",
        subject=subject,
        asks="asks" in words,
        bulk=bulk,
        seconds=next((60 * int(w[:-1]) for w in words if re.fullmatch(r"\d+m", w)), 0),
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def handle(name: str) -> str:
    """Return the handle of a word of the notation: `ana` or `ana@acme`."""
    first, at, place = name.partition("@")
    return f"email:{first}@{place if at else first}.example"


def shown(name: str) -> str:
    """Return the name that stands beside it: `ana-lopez` is Ana Lopez."""
    return name.partition("@")[0].replace("-", " ").title()


def events(line: Line, origin: Origin) -> Iterator[Extract]:
    """Yield the events of a line."""
    for number in range(line.times):
        turned = line.both_ways and number % 2 == 1
        authors, others = (line.others, line.authors) if turned else (line.authors, line.others)
        day = line.day + timedelta(days=number * line.every)
        at = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) + _NOON + number
        yield _event(line, authors, others, at, f"{origin.at}/{number}", origin)


def _event(
    line: Line, authors: tuple[str, ...], others: tuple[str, ...], at: int, own_id: str, origin: Origin
) -> Extract:
    key = event_id(line.channel, f"{own_id} {line.day} {authors} {others} {line.subject}")
    everybody = ",".join(sorted({*authors, *others}))
    thread = event_id("thread", f"{line.subject} {everybody}" if line.subject else key)
    mark = fingerprint(line.channel, at, handle(authors[0]), map(handle, others), line.subject)
    event = Event(
        key, mark, at, line.channel, thread, line.subject, origin, LedgerNotation.reader,
        group_size=len(others) or len(authors) - 1, duration=line.seconds, bulk=line.bulk, asks=line.asks,
    )  # fmt: skip
    first: Role = "from" if others else "organizer"
    rest: Role = "to" if others else "attendee"
    parts = [Participation(key, handle(authors[0]), first, shown(authors[0]))]
    parts += [Participation(key, handle(name), rest, shown(name)) for name in (*authors[1:], *others)]
    return Extract(events=[event], participations=parts)


@dataclass(frozen=True, slots=True)
class Between:
    """The numbers of one tie."""

    row: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        """Return a number of the tie by its name."""
        try:
            return self.row[name]
        except KeyError:
            raise AttributeError(name) from None


@dataclass(frozen=True, slots=True)
class World:
    """A small world in a home of its own. as_of: the day of its questions, by default the last day in it."""

    workspace: Workspace
    as_of: date

    def between(self, me: str, other: str) -> Between:
        """Return the tie between the owner and somebody. me: always `me`, so that a test reads as it is meant."""
        assert me == "me", "a ledger has one owner, called me"  # noqa: S101  a test's own mistake
        view = self.workspace.read(self.as_of)
        person = self.workspace.find(handle(other).removeprefix("email:"), view=view).person
        rows = [r for r in self.workspace.people(view=view) if r["person"] == person]
        return Between(rows[0])


def world(text: str, home: Path, *, as_of: date | None = None, settings: Settings | None = None) -> World:
    """Return a world made from the notation, imported for real into a new home.

    text: lines of the notation (a test's docstring); others are left out. The owner's address is `me`'s.
    """
    lines = [line.strip() for line in text.splitlines()]
    kept = [line for line in lines if _LINE.fullmatch(line)]
    written = home.parent / f"{home.name}.ledger"
    home.parent.mkdir(parents=True, exist_ok=True)
    written.write_text("\n".join(kept) + "\n", encoding="utf-8")
    space = Workspace(open_home(home), settings or Settings(me=(handles.value(handle("me")),)))
    intake.take_in(space.home, intake.Request(written, "me", 0), [LedgerNotation()])
    last = max((e.day + timedelta(days=(e.times - 1) * e.every) for e in map(parse, kept)), default=date(2026, 1, 1))
    return World(space, as_of or last)


def source_errors(source: Source, sample: Path) -> list[str]:
    """Return the promises of the protocol that a source breaks on a sample; empty means none.

    Read twice, it must say the same; each record must say something; ids of events must be there, and its participations
    must belong to them.
    """
    if not source.identify(sample):
        return [f"{source.name} does not recognise {sample.name}"]
    first = list(source.read(sample, ReadOptions()))
    broken = [] if first == list(source.read(sample, ReadOptions())) else ["two readings differ"]
    for number, extract in enumerate(first, start=1):
        if not (extract.events or extract.cards or extract.links or extract.deals or extract.items or extract.rejected):
            broken.append(f"record {number} says nothing, not even why it was rejected")
        known = {e.id for e in extract.events}
        if any(p.event not in known for p in extract.participations):
            broken.append(f"record {number} has a participation in an event that it does not bring")
        if any(not e.id or not e.fingerprint for e in extract.events):
            broken.append(f"record {number} has an event without an id")
    return broken


def said(source: Source, sample: Path, *, region: str = "") -> list[dict[str, Any]]:
    """Return what a source says of a sample, a mapping per record, as JSON can hold it; what is empty or usual is left out.

    Golden pairs are made of this: the sample, and beside it what it says.
    """
    options = ReadOptions(keep_text=True, region=region)
    return [_told(extract) for extract in source.read(sample, options)]


def _told(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        usual = {f.name: f.default for f in msgspec.structs.fields(value)}
        found = {name: getattr(value, name) for name in value.__struct_fields__}
        return {name: _told(v) for name, v in found.items() if v != usual[name] and v not in ([], "")}
    return [_told(item) for item in value] if isinstance(value, list | tuple) else value
