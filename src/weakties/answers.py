"""The answers: a day's view, put together into what a surface shows. Every row has its reasons and its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from weakties.facts.engine import rows
from weakties.incognito import shown_id
from weakties.insight import news as fresh
from weakties.insight import openers, people, timeline
from weakties.insight import today as due
from weakties.insight.between import between
from weakties.insight.brief import Meeting, meetings
from weakties.insight.contact import Contact, contact
from weakties.insight.news import News
from weakties.network import mutual
from weakties.reading import Reading
from weakties.ties.reasons import Reason

# Mutual contacts that are named before a meeting.
_BRIEF_MUTUAL = 3


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
    """One row of Today. worth: what orders the list; headline: why, in a sentence; minutes: what a word takes; contact: with them."""

    person: Person
    worth: float
    minutes: int
    headline: str
    reasons: tuple[Reason, ...]
    numbers: Mapping[str, float]
    kind: str
    last: openers.Exchange | None
    contact: Contact
    opener: str

    @property
    def channel(self) -> str:
        """The channel by which to write."""
        return self.contact.channel or "email"


@dataclass(frozen=True, slots=True)
class Compared:
    """Why two people are one, or two. handles: the two that were compared; together: whether they are one person now."""

    a: Person
    b: Person
    handles: tuple[str, str]
    together: bool
    weight: float
    reasons: tuple[Reason, ...]


_PERSONS = """
    SELECT p.person, p.name, p.title, coalesce(nullif(p.employer, ''), o.name, '') AS organisation, p.machine
    FROM people p LEFT JOIN organisations o USING (organisation) WHERE p.person IN (SELECT unnest($ids::VARCHAR[]))
"""


def persons(view: Reading, ids: Sequence[str]) -> dict[str, Person]:
    """Return who these people are, by id."""
    if not ids:
        return {}
    known = people.handles_of(view.connection, ids)
    return {
        person: Person(
            shown_id(person, view.masked_with), name, tuple(known.get(person, ())), title, organisation, machine
        )
        for person, name, title, organisation, machine in view.connection.execute(
            _PERSONS, {"ids": list(ids)}
        ).fetchall()
    }


def with_words(view: Reading, chosen: Sequence[due.Suggestion]) -> list[Suggestion]:
    """Return the chosen with who they are, the last exchange, the channel, an opener and the facts behind each reason."""
    ids = [s.tie["person"] for s in chosen]
    day = view.as_of_day
    who = persons(view, ids)
    last = openers.last_exchanges(view.connection, ids, owner=view.owner, as_of_day=day)
    contacts = contact(view.connection, ids, as_of_day=day)
    lies = between(view.connection, ids, owner=view.owner, as_of_day=day)
    behind = timeline.backing(view.connection, lies, owner=view.owner, as_of_day=day)
    found = []
    for suggestion in chosen:
        tie = suggestion.tie
        # The id that is shown may be an invented one.
        known = tie["person"]
        person, exchange = who[known], last.get(known)
        backed = tuple(r.backed_by(behind.get(known, {}).get(r.what, ())) for r in suggestion.reasons)
        found.append(
            Suggestion(
                person=person,
                worth=suggestion.worth,
                minutes=suggestion.minutes,
                headline=due.headline(suggestion),
                reasons=backed,
                numbers=numbers(tie),
                kind=tie["kind"],
                last=exchange,
                contact=contacts[known],
                opener=openers.opener(person.name, exchange, as_of=view.as_of),
            )
        )
    return found


def numbers(tie: Mapping[str, Any]) -> dict[str, float]:
    """Return the numbers of a tie: strength, alive, embeddedness, value, answer. tie: its row of `ties` and `valued`."""
    return {
        "strength": tie["strength"] or 0.0,
        "alive": tie["alive"] or 0.0,
        "embeddedness": mutual.embeddedness(tie["mutual"] or 0),
        "value": tie["value"] or 0.0,
        "answer": tie["answer"] or 0.0,
    }


@dataclass(frozen=True, slots=True)
class Told:
    """News of somebody."""

    person: Person
    news: News


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who takes part in a meeting: the last words with them, whom both know, what is new."""

    person: Person
    numbers: Mapping[str, float]
    last: openers.Exchange | None
    mutual: tuple[Person, ...]
    news: tuple[News, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """A meeting that comes, and who takes part; the nearest to the owner first."""

    meeting: Meeting
    attendees: tuple[Attendee, ...]


def news(view: Reading) -> list[Told]:
    """Return what is new of people: of those in whom the owner has a tie first, what matters most before the rest."""
    found = news_of(view)
    who = persons(view, sorted({n.person for n in found}))
    strong = dict(view.connection.execute("SELECT person, strength FROM ties").fetchall())
    told = [Told(who[n.person], n) for n in found if n.person in who and not who[n.person].machine]
    return sorted(
        told,
        key=lambda t: (t.news.person not in strong, fresh.KINDS.index(t.news.kind), -strong.get(t.news.person, 0.0)),
    )


def news_of(view: Reading, only: Sequence[str] | None = None) -> list[News]:
    """Return what is new of people; under invented names without its place in a file, which is a real one."""
    found = fresh.news(view.connection, as_of_day=view.as_of_day, only=only)
    return [replace(n, place=None) for n in found] if view.masked_with else found


@dataclass(frozen=True, slots=True)
class Moving:
    """A tie that grows warmer or cools. silence, usual_gap: days; usual_gap: None without a rhythm."""

    person: Person
    motion: Literal["warming", "cooling"]
    alive: float
    silence: int
    usual_gap: float | None


def moving(view: Reading, *, each: int) -> list[Moving]:
    """Return the ties that grow warmer, then those that cool, so many of each, those worth most first."""
    found = people.moving(view.connection, hidden=view.wishes.hidden, each=each)
    who = persons(view, [row["person"] for row in found])
    return [Moving(who[row["person"]], row["motion"], row["alive"], row["silence"], row["usual_gap"]) for row in found]


def brief(view: Reading, *, days: int = 0) -> list[Brief]:
    """Return the meetings of the view's day, and of so many days after it, with who takes part in them."""
    coming = meetings(view.connection, owner=view.owner, as_of_day=view.as_of_day, days=days)
    ids = sorted({person for meeting in coming for person in meeting.people})
    # Whom one sees there anyway need not be named.
    near = {
        person: [
            p
            for p, _ in mutual.of_person(
                view.connection, person, owner=view.owner, as_of_day=view.as_of_day, limit=_BRIEF_MUTUAL + len(ids)
            )
            if p not in ids
        ][:_BRIEF_MUTUAL]
        for person in ids
    }
    who = persons(view, sorted({*ids, *(p for some in near.values() for p in some)}))
    last = openers.last_exchanges(view.connection, ids, owner=view.owner, as_of_day=view.as_of_day)
    told = news_of(view, ids)
    query = "SELECT t.*, v.value, v.mutual FROM ties t JOIN valued v USING (person) WHERE person IN (SELECT unnest($ids::VARCHAR[]))"
    ties = {row["person"]: row for row in rows(view.connection, query, {"ids": ids})}
    people_of = {
        person: Attendee(
            who[person],
            numbers(ties[person]) if person in ties else {},
            last.get(person),
            tuple(who[p] for p in near[person]),
            tuple(n for n in told if n.person == person),
        )
        for person in ids
    }
    return [
        Brief(
            meeting,
            tuple(sorted((people_of[p] for p in meeting.people), key=lambda a: -a.numbers.get("strength", -1.0))),
        )
        for meeting in coming
    ]


@dataclass(frozen=True, slots=True)
class Question:
    """Whether some handles are one person. reasons: of all the pairs; pairs: as few as answer it, for whoever is one with one of
    several who are one is one with all.
    """

    handles: tuple[str, ...]
    reasons: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]


def questions(pairs: Sequence[Mapping[str, Any]]) -> list[Question]:
    """Return the questions that probable pairs ask, in their order: pairs that share a handle, also by others, ask one.

    pairs: with `a`, `b` and `reasons`, one a line.
    """
    leads: dict[str, str] = {}

    def first(handle: str) -> str:
        while leads.get(handle, handle) != handle:
            handle = leads[handle]
        return handle

    telling = []
    for pair in pairs:
        a, b = first(pair["a"]), first(pair["b"])
        telling.append(a != b)
        leads[b] = a
    asked: dict[str, list[tuple[Mapping[str, Any], bool]]] = {}
    for pair, tells in zip(pairs, telling, strict=True):
        asked.setdefault(first(pair["a"]), []).append((pair, tells))
    return [
        Question(
            tuple(dict.fromkeys(h for pair, _ in group for h in (pair["a"], pair["b"]))),
            tuple(dict.fromkeys(reason for pair, _ in group for reason in pair["reasons"].split("\n"))),
            tuple((pair["a"], pair["b"]) for pair, tells in group if tells),
        )
        for group in asked.values()
    ]
