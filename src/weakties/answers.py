"""The answers: a day's view, put together into what a surface shows. Every row has its reasons and its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from weakties.config import Settings
from weakties.facts.decisions import Decision, seen_by
from weakties.facts.engine import rows
from weakties.incognito import shown_id
from weakties.insight import news as fresh
from weakties.insight import openers, people, timeline, value
from weakties.insight import today as due
from weakties.insight.beginnings import Beginning, beginning
from weakties.insight.between import Between, between
from weakties.insight.brief import Meeting, meetings
from weakties.insight.news import News
from weakties.insight.relations import Relation, relations
from weakties.network import mutual
from weakties.reading import Reading
from weakties.ties.alive import alive_reasons
from weakties.ties.answering import answer_reasons
from weakties.ties.reasons import Reason
from weakties.ties.rhythm import Rhythm, rhythm
from weakties.ties.strength import strength_reasons

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
    """One person with every number opened. numbers: strength, alive, embeddedness, value, answer; computed: the same before the user
    overruled any; reasons: for each number, what makes it up; years: (year, sent, received); answer_hours: the median time
    that `they` and `me` take to answer, within thirty days, None where nothing was answered; began: how the tie began, and through
    whom; relations: what they are to the owner; news: what is new of them; no_tie: why there is none."""

    person: Person
    tie: Mapping[str, Any] | None
    numbers: Mapping[str, float]
    computed: Mapping[str, float]
    reasons: Mapping[str, tuple[Reason, ...]]
    rhythm: Rhythm | None
    mutual: tuple[tuple[Person, int], ...]
    years: tuple[tuple[int, int, int], ...]
    answer_hours: Mapping[str, float | None]
    decisions: tuple[Decision, ...]
    began: tuple[Beginning, Person | None] | None = None
    relations: tuple[Relation, ...] = ()
    news: tuple[News, ...] = ()
    no_tie: Literal["", "owner", "hidden", "machine", "never"] = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """Why two people are one, or two. handles: the two that were compared; together: whether they are one person now."""

    a: Person
    b: Person
    handles: tuple[str, str]
    together: bool
    weight: float
    reasons: tuple[Reason, ...]


def persons(view: Reading, ids: Sequence[str]) -> dict[str, Person]:
    """Return who these people are, by id."""
    known = people.handles_of(view.connection, ids)
    query = """
        SELECT p.person, p.name, p.title, coalesce(nullif(p.employer, ''), o.name) AS organisation, p.machine
        FROM people p LEFT JOIN organisations o USING (organisation) WHERE p.person IN (SELECT unnest($ids::VARCHAR[]))
    """
    found = {}
    for row in rows(view.connection, query, {"ids": list(ids)}):
        own = tuple(known.get(row["person"], ()))
        found[row["person"]] = Person(
            shown_id(row["person"], view.masked_with),
            row["name"],
            own,
            row["title"],
            row["organisation"] or "",
            row["machine"],
        )
    return found


def with_words(view: Reading, chosen: Sequence[due.Suggestion]) -> list[Suggestion]:
    """Return the chosen with who they are, the last exchange, the channel, an opener and the facts behind each reason."""
    ids = [s.tie["person"] for s in chosen]
    day = view.as_of_day
    who = persons(view, ids)
    last = openers.last_exchanges(view.connection, ids, owner=view.owner, as_of_day=day)
    channels = openers.usual_channels(view.connection, ids, as_of_day=day)
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
                numbers=_numbers(tie),
                kind=tie["kind"],
                last=exchange,
                channel=channels.get(known, "email"),
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
        "answer": tie["answer"] or 0.0,
    }


def why(view: Reading, person: str, settings: Settings, decisions: Sequence[Decision]) -> Why:
    """Return one person with every number opened. person: id; decisions: all that hold; those that are another owner's stay hers."""
    connection, day = view.connection, view.as_of_day
    found = rows(
        connection,
        "SELECT t.*, v.* EXCLUDE (person), p.title FROM ties t JOIN valued v USING (person) JOIN people p USING (person) "
        "WHERE t.person = $person",
        {"person": person},
    )
    near = mutual.of_person(connection, person, owner=view.owner, as_of_day=day, limit=8)
    lies = between(connection, [person], owner=view.owner, as_of_day=day)[person]
    who = persons(view, [person, *(p for p, _ in near)])
    own = tuple(
        d for d in seen_by(view.owner, decisions) if d.handle in who[person].handles or d.other in who[person].handles
    )
    known_of: dict[str, Any] = {
        "began": _began(view, person, lies),
        "relations": tuple(
            relations(
                connection,
                person,
                owner=view.owner,
                as_of_day=day,
                said=[d.value["relation"].replace("-", " ") for d in own if d.kind == "relation"],
            )
            # Under invented names every domain is alike, and a relation may name somebody.
            if not view.masked_with
            else ()
        ),
        "news": tuple(_news(view, [person])),
    }
    if not found:
        return Why(
            who[person], None, {}, {}, {}, None, (), (), {}, own, **known_of, no_tie=_no_tie(view, person, who[person])
        )
    tie = found[0]
    behind = timeline.backing(connection, {person: lies}, owner=view.owner, as_of_day=day)[person]
    opened_up = {
        "strength": strength_reasons(tie),
        "alive": alive_reasons(tie, horizon_days=settings.horizon_days),
        "embeddedness": [Reason("mutual", mutual.embeddedness(tie["mutual"]), f"Mutual contacts: {tie['mutual']:,}.")],
        "value": value.reasons(tie),
        "answer": answer_reasons(tie),
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
        years=tuple(timeline.years(lies)),
        answer_hours={"they": _hours(tie["their_seconds"]), "me": _hours(tie["my_seconds"])},
        decisions=own,
        **known_of,
    )


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
    found = _news(view)
    who = persons(view, sorted({n.person for n in found}))
    strong = dict(view.connection.execute("SELECT person, strength FROM ties").fetchall())
    told = [Told(who[n.person], n) for n in found if n.person in who and not who[n.person].machine]
    return sorted(
        told,
        key=lambda t: (t.news.person not in strong, fresh.KINDS.index(t.news.kind), -strong.get(t.news.person, 0.0)),
    )


def _news(view: Reading, only: Sequence[str] | None = None) -> list[News]:
    """Return what is new of people; under invented names without its place in a file, which is a real one."""
    found = fresh.news(view.connection, as_of_day=view.as_of_day, only=only)
    return [replace(n, place=None) for n in found] if view.masked_with else found


@dataclass(frozen=True, slots=True)
class Brought:
    """An introduction that somebody made or was part of. by: None for the owner; a, b: who was introduced, None for the owner; day,
    took_day: since 1970, took_day None where the two did not write to each other; event: the message; said: whether it says so."""

    by: Person | None
    a: Person | None
    b: Person | None
    day: int
    took_day: int | None
    event: str
    said: bool


def brought(view: Reading, person: str) -> list[Brought]:
    """Return the introductions that somebody made or was part of, the newest first. Who is hidden is in none."""
    found = people.introductions_of(view.connection, person, owner=view.owner, as_of_day=view.as_of_day)
    owners = {p for (p,) in view.connection.execute("SELECT person FROM owners").fetchall()}
    found = [row for row in found if view.wishes.hidden.isdisjoint((row["by"], row["a"], row["b"]))]
    who = persons(view, sorted({row[part] for row in found for part in ("by", "a", "b")} - owners))
    return [
        Brought(
            who.get(row["by"]),
            who.get(row["a"]),
            who.get(row["b"]),
            row["day"],
            row["took_day"] if row["took_day"] is not None and row["took_day"] <= view.as_of_day else None,
            row["event"],
            row["said"],
        )
        for row in found
    ]


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
    told = _news(view, ids)
    query = "SELECT t.*, v.value, v.mutual FROM ties t JOIN valued v USING (person) WHERE person IN (SELECT unnest($ids::VARCHAR[]))"
    ties = {row["person"]: row for row in rows(view.connection, query, {"ids": ids})}
    people_of = {
        person: Attendee(
            who[person],
            _numbers(ties[person]) if person in ties else {},
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


def _began(view: Reading, person: str, lies: Between) -> tuple[Beginning, Person | None] | None:
    """Return how the tie with a person began, and who brought the two together; None where nothing shows it."""
    found = beginning(view.connection, person, lies, owner=view.owner, as_of_day=view.as_of_day)
    if found is None:
        return None
    return found, persons(view, [found.through]).get(found.through) if found.through else None


def _no_tie(view: Reading, person: str, who: Person) -> Literal["owner", "hidden", "machine", "never"]:
    owners = view.connection.execute("SELECT person FROM owners").fetchall()
    if (person,) in owners:
        return "owner"
    if person in view.wishes.hidden:
        return "hidden"
    return "machine" if who.machine else "never"


def _hours(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / 3_600


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
