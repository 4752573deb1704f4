"""The façade: open a home, import into it, ask it questions, tell it what you decided.

One method per question. It hands parts out, never itself: every room below gets tables, days and settings, not the workspace.
Here, and nowhere below, is the clock.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from weakties import config, intake, refresh
from weakties.config import Settings
from weakties.errors import UsageError
from weakties.facts import decisions as user
from weakties.facts import handles, ledger
from weakties.facts.decisions import Decision
from weakties.facts.engine import add_facts, connect
from weakties.facts.home import Home, open_home
from weakties.facts.ledger import Import
from weakties.identity import evidence
from weakties.insight import openers, people, timeline, today, value, waiting
from weakties.insight.people import Found
from weakties.insight.timeline import Place
from weakties.network import mutual
from weakties.reading import Reading, opened, read
from weakties.sources.registry import available
from weakties.ties.reasons import Reason
from weakties.ties.rhythm import Rhythm, rhythm
from weakties.ties.strength import alive_reasons, strength_reasons

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is. id: stable; handles: the busiest first."""

    id: str
    name: str
    handles: tuple[str, ...]
    title: str = ""
    organisation: str = ""
    machine: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One row of Today. worth: what orders the list; headline: why, in a sentence; minutes: what a word takes."""

    person: Person
    worth: float
    minutes: int
    headline: str
    reasons: tuple[Reason, ...]
    numbers: Mapping[str, float]
    kind: str
    last: openers.Exchange | None
    channel: str
    opener: str


@dataclass(frozen=True, slots=True)
class Why:
    """One person with every number opened. numbers: strength, alive, embeddedness, value; computed: the same before the user
    overruled any; reasons: for each number, what makes it up; years: (year, sent, received)."""

    person: Person
    tie: Mapping[str, Any] | None
    numbers: Mapping[str, float]
    computed: Mapping[str, float]
    reasons: Mapping[str, tuple[Reason, ...]]
    rhythm: Rhythm | None
    mutual: tuple[tuple[Person, int], ...]
    years: tuple[tuple[int, int, int], ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Why two people are one, or two. together: whether they are one person now."""

    a: Person
    b: Person
    together: bool
    weight: float
    reasons: tuple[Reason, ...]


def open_workspace(home: Path | None = None, *, settings: Settings | None = None, owner: str = "me") -> Workspace:
    """Open a home, made if it is not there. home: the platform's folder if None. Raises HomeError, SettingError."""
    path = home or config.default_home()
    return Workspace(open_home(path), settings or config.load(path, environment=os.environ), owner=owner)


class Workspace:
    """A home, its settings and whose ties are asked about. Every read takes `as_of`, today if None."""

    def __init__(self, home: Home, settings: Settings, *, owner: str = "me") -> None:
        self.home = home
        self.settings = settings
        self.owner = owner

    # What comes in.

    def import_(
        self,
        path: Path,
        *,
        dry_run: bool = False,
        keep_text: bool | None = None,
        progress: intake.Progress | None = None,
    ) -> list[Import]:
        """Import a file or folder; return one import per source that found something. Raises SourceError, HomeError."""
        keep = self.settings.keep_text if keep_text is None else keep_text
        request = intake.Request(path, self.owner, _now(), keep_text=keep, dry_run=dry_run)
        return intake.take_in(self.home, request, available()[0], progress)

    def imports(self) -> list[Import]:
        """Return every import, the oldest first."""
        return ledger.imports(self.home)

    def rejected(self, name: str) -> list[dict[str, Any]]:
        """Return what an import could not read: kind, reason, file, offset. Raises UnknownImport."""
        record = ledger.find(self.home, name)
        connection = connect()
        add_facts(connection, ledger.snapshot(self.home).files())
        query = 'SELECT kind, reason, file, "offset" FROM rejected WHERE import = $id ORDER BY file, "offset", reason'
        return people.rows(connection, query, {"id": record.id})

    def undo_import(self, name: str) -> Import:
        """Remove exactly one import, as if it had never been. Raises UnknownImport."""
        return ledger.undo(self.home, name)

    def reread(self, name: str, *, progress: intake.Progress | None = None) -> Import:
        """Read an import's original again with the reader of today. Raises UnknownImport, SourceError."""
        record = ledger.find(self.home, name)
        return intake.read_again(self.home, record, available()[0], now=_now(), progress=progress)

    def refresh(self, *, progress: refresh.Progress | None = None) -> refresh.Build:
        """Bring the derived tables up to date and return the build in force."""
        return refresh.ensure(self.home, self.settings, now=_now(), progress=progress)

    def check(self) -> list[str]:
        """Build the derived tables again and return those that differ from the ones in force: empty means proved equal."""
        self.refresh()
        return refresh.check(self.home, self.settings)

    # Questions.

    def read(self, as_of: date | None = None) -> Reading:
        """Return the view of a day; the derived tables are brought up to date first."""
        return self._steadily(lambda: self._read(as_of or _today()))

    def today(
        self, *, as_of: date | None = None, minutes: int | None = None, view: Reading | None = None
    ) -> list[Suggestion]:
        """Return who deserves a word, within the minutes, the worthiest first."""
        view = view or self.read(as_of)
        ties = people.rows(view.connection, today.CANDIDATES)
        everybody = today.suggest(ties, snoozed=view.wishes.snoozed, cadences=view.wishes.cadences)
        chosen = today.within(
            everybody, minutes=minutes or self.settings.minutes, per_organisation=self.settings.per_organisation
        )
        return _with_words(view, chosen)

    def waiting(self, *, as_of: date | None = None, view: Reading | None = None) -> list[waiting.Open]:
        """Return the open conversations, first those that wait for the owner."""
        view = view or self.read(as_of)
        return waiting.waiting(view.connection, owner=view.owner, as_of_day=view.as_of_day)

    def people(self, *, as_of: date | None = None, view: Reading | None = None, **wanted: Any) -> list[dict[str, Any]]:
        """Return one row per person. wanted: query, kind, organisation, sort, automated, as `insight.people.listed`."""
        view = view or self.read(as_of)
        return people.listed(view.connection, hidden=view.wishes.hidden, **wanted)

    def find(self, text: str, *, view: Reading | None = None) -> Found:
        """Return the one person whom a text means. Raises UnknownPerson, AmbiguousPerson."""
        return people.find((view or self.read()).connection, text)

    def person(self, found: Found, view: Reading) -> Person:
        """Return who somebody is."""
        return persons(view, [found.person])[found.person]

    def why(self, text: str, *, as_of: date | None = None, view: Reading | None = None) -> Why:
        """Return one person with every number opened down to the facts. Raises UnknownPerson, AmbiguousPerson."""
        view = view or self.read(as_of)
        return _why(view, people.find(view.connection, text).person, self.settings, self._decisions())

    def compare(self, a: str, b: str, *, view: Reading | None = None) -> Compared:
        """Return the evidence for and against two people, or handles, being one."""
        view = view or self.read()
        one, two = people.find(view.connection, a), people.find(view.connection, b)
        both = persons(view, [one.person, two.person])
        mine = [h for row in self.owners(view=view) for h in row["handles"].split("\n")]
        said = refresh.compare(self.home, one.handle, two.handle, mine)
        reasons = tuple(Reason(e.what, e.weight, e.text) for e in said)
        return Compared(both[one.person], both[two.person], one.person == two.person, evidence.weight(said), reasons)

    def timeline(
        self, text: str, *, as_of: date | None = None, view: Reading | None = None, limit: int = 50
    ) -> tuple[Person, list[dict[str, Any]], int]:
        """Return a person, the facts between you and them (newest first), and how many there are."""
        view = view or self.read(as_of)
        found = people.find(view.connection, text)
        rows, total = timeline.timeline(
            view.connection, found.person, owner=view.owner, as_of_day=view.as_of_day, limit=limit
        )
        return self.person(found, view), rows, total

    def origins(self, events: Sequence[str], *, view: Reading | None = None) -> dict[str, list[Place]]:
        """Return where each fact stands in its source."""
        return timeline.origins((view or self.read()).connection, events)

    def review(self, *, view: Reading | None = None) -> list[dict[str, Any]]:
        """Return probable merges, the surest first: handles a and b, weight, reasons."""
        view = view or self.read()
        return people.rows(view.connection, "SELECT a, b, weight, reasons FROM review ORDER BY weight DESC, a, b")

    def owners(self, *, view: Reading | None = None) -> list[dict[str, Any]]:
        """Return whose mail this is and how that is known."""
        view = view or self.read()
        return people.rows(view.connection, "SELECT owner, person, handles, reason FROM owners ORDER BY owner")

    # Decisions.

    def decide(self, kind: user.Kind, handle: str, *, other: str = "", **said: Any) -> Decision:
        """Write a decision down. handle, other: as text in normal form; said: what was decided, by name."""
        return user.decide(self.home, kind, handle, at=_now(), author=self.owner, other=other, value=said)

    def add_person(self, name: str, *, handle: str = "", **said: Any) -> Decision:
        """Add somebody by hand. handle: a mail address or other handle, their bare name if empty. Raises UsageError."""
        known = handles.parse(handle) if handle else handles.bare_name(name, "hand")
        if known is None:
            raise UsageError(f"{handle or name!r} is no handle.", hint="Give a mail address, or kind:value.")
        return self.decide("person", known, name=name, **said)

    def decisions(self) -> list[Decision]:
        """Return the decisions that hold, the oldest first."""
        return self._decisions()

    def undo(self, number: int | None = None) -> Decision:
        """Undo a decision, the last one if no number is given. Raises UsageError."""
        return user.undo(self.home, number, at=_now())

    def _decisions(self) -> list[Decision]:
        return user.standing(self.home)

    def _read(self, as_of: date) -> Reading:
        build = self.refresh()
        connection = opened(build, ledger.snapshot(self.home).files())
        decisions = self._decisions()
        return read(connection, build, owner=self.owner, as_of=as_of, decisions=decisions, settings=self.settings)

    def _steadily(self, ask: Callable[[], T]) -> T:
        """Ask again when a file was replaced between looking it up and opening it: a writer and readers never wait."""
        for attempt in range(4):
            try:
                return ask()
            except (FileNotFoundError, duckdb.IOException):
                if attempt == 3:
                    raise
        raise AssertionError("unreachable")


def persons(view: Reading, ids: Sequence[str]) -> dict[str, Person]:
    """Return who these people are, by id."""
    known = people.handles_of(view.connection, ids)
    query = """
        SELECT p.person, p.name, p.title, coalesce(o.name, p.employer) AS organisation, p.machine
        FROM people p LEFT JOIN organisations o USING (organisation) WHERE p.person IN (SELECT unnest($ids::VARCHAR[]))
    """
    found = {}
    for row in people.rows(view.connection, query, {"ids": list(ids)}):
        own = tuple(known.get(row["person"], ()))
        found[row["person"]] = Person(
            row["person"], row["name"], own, row["title"], row["organisation"] or "", row["machine"]
        )
    return found


def _with_words(view: Reading, chosen: Sequence[today.Suggestion]) -> list[Suggestion]:
    ids = [s.tie["person"] for s in chosen]
    day = view.as_of_day
    who = persons(view, ids)
    last = openers.last_exchanges(view.connection, ids, owner=view.owner, as_of_day=day)
    channels = openers.usual_channels(view.connection, ids, as_of_day=day)
    behind = timeline.backing(view.connection, ids, owner=view.owner, as_of_day=day)
    found = []
    for suggestion in chosen:
        person = who[suggestion.tie["person"]]
        exchange = next(iter(last.get(person.id, ())), None)
        backed = tuple(r.backed_by(behind.get(person.id, {}).get(r.what, ())) for r in suggestion.reasons)
        tie = suggestion.tie
        found.append(
            Suggestion(
                person=person,
                worth=suggestion.worth,
                minutes=suggestion.minutes,
                headline=today.headline(suggestion),
                reasons=backed,
                numbers=_numbers(tie),
                kind=tie["kind"],
                last=exchange,
                channel=channels.get(person.id, "email"),
                opener=openers.opener(person.name, exchange, as_of=view.as_of),
            )
        )
    return found


def _numbers(tie: Mapping[str, Any]) -> dict[str, float]:
    return {
        "strength": tie["strength"] or 0.0,
        "alive": tie["alive"] or 0.0,
        "embeddedness": mutual.embeddedness(tie["mutual"] or 0),
        "value": tie["value"] or 0.0,
    }


def _why(view: Reading, person: str, settings: Settings, decisions: Sequence[Decision]) -> Why:
    connection, day = view.connection, view.as_of_day
    found = people.rows(
        connection,
        "SELECT t.*, v.* EXCLUDE (person), p.title FROM ties t JOIN valued v USING (person) JOIN people p USING (person) "
        "WHERE t.person = $person",
        {"person": person},
    )
    near = mutual.of_person(connection, person, limit=8)
    who = persons(view, [person, *(p for p, _ in near)])
    own = tuple(d for d in decisions if d.handle in who[person].handles or d.other in who[person].handles)
    if not found:
        return Why(who[person], None, {}, {}, {}, None, (), (), own)
    tie = found[0]
    behind = timeline.backing(connection, [person], owner=view.owner, as_of_day=day).get(person, {})
    opened_up = {
        "strength": strength_reasons(tie),
        "alive": alive_reasons(tie, horizon_days=settings.horizon_days),
        "embeddedness": [Reason("mutual", mutual.embeddedness(tie["mutual"]), f"{tie['mutual']:,} mutual contacts.")],
        "value": value.reasons(tie),
    }
    reasons = {n: tuple(r.backed_by(behind.get(r.what, ())) for r in rs) for n, rs in opened_up.items()}
    computed = {**_numbers(tie), "strength": tie["computed_strength"], "alive": tie["computed_alive"]}
    return Why(
        person=who[person],
        tie=tie,
        numbers=_numbers(tie),
        computed=computed,
        reasons=reasons,
        rhythm=rhythm(tie, cadence_days=view.wishes.cadences.get(person)),
        mutual=tuple((who[p], n) for p, n in near),
        years=tuple(timeline.years(connection, person, owner=view.owner, as_of_day=day)),
        decisions=own,
    )


def _now() -> int:
    return int(time.time())


def _today() -> date:
    return datetime.now(UTC).date()
