"""About one person: every number opened, how the tie began, what they are to the owner, what lies between the two.

What several of these follow from is read once: to ask takes longer than to read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from weakties.answers import Person, news_of, numbers, persons
from weakties.config import Settings
from weakties.facts.decisions import Decision, seen_by
from weakties.facts.engine import rows
from weakties.insight import between, people, timeline, value
from weakties.insight.beginnings import Beginning, beginning
from weakties.insight.between import Between
from weakties.insight.cards import Carded, carded
from weakties.insight.news import News
from weakties.insight.relations import Relation, relations
from weakties.network import mutual
from weakties.reading import Reading
from weakties.ties.alive import alive_reasons
from weakties.ties.answering import answer_reasons
from weakties.ties.reasons import Reason
from weakties.ties.rhythm import Rhythm, rhythm
from weakties.ties.strength import strength_reasons

# Mutual contacts that are named.
_MUTUAL = 8

_TIE = """
    SELECT t.*, v.* EXCLUDE (person), p.title FROM ties t JOIN valued v USING (person) JOIN people p USING (person)
    WHERE t.person = $person
"""


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


@dataclass(frozen=True, slots=True)
class Why:
    """One person with every number opened. numbers: strength, alive, embeddedness, value, answer; computed: the same before the user
    overruled any; reasons: for each number, what makes it up; years: (year, sent, received); answer_hours: the median time
    that `they` and `me` take to answer, within thirty days, None where nothing was answered; began: how the tie began, and through
    whom; relations: what they are to the owner; news: what is new of them; handles: theirs, the busiest first, with what cards say;
    brought: the introductions they made or were part of, the newest first; facts: the newest between the two, as
    `insight.timeline.timeline`, of so many in all; no_tie: why there is none."""

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
    handles: tuple[Carded, ...] = ()
    brought: tuple[Brought, ...] = ()
    facts: tuple[Mapping[str, Any], ...] = ()
    of_facts: int = 0
    no_tie: Literal["", "owner", "hidden", "machine", "never"] = ""


def why(
    view: Reading,
    person: str,
    settings: Settings,
    decisions: Sequence[Decision],
    *,
    facts: int = 0,
    news: Iterable[News] | None = None,
) -> Why:
    """Return one person with every number opened.

    person: id; decisions: all that hold; those that are another owner's stay hers; facts: how many of the newest to tell; news: of
    them, where it is known.
    """
    connection, day = view.connection, view.as_of_day
    found = rows(connection, _TIE, {"person": person})
    near = mutual.of_person(connection, person, owner=view.owner, as_of_day=day, limit=_MUTUAL) if found else []
    lies = between.between(connection, [person], owner=view.owner, as_of_day=day)[person]
    shown = timeline.newest(lies, facts)
    wanted = {*lies.moment[:1], *lies.moment[shown], *(timeline.behind(lies) if found else ())}
    known = between.moments(connection, wanted)
    made = people.introductions_of(connection, person, owner=view.owner, as_of_day=day)
    mine = view.mine
    handles = carded(connection, {person, *mine}, as_of_day=day)
    began = beginning(
        connection,
        person,
        lies,
        known,
        handles[person],
        made,
        mine=mine,
        as_of_day=day,
        unseen=view.unseen,
    )
    named = {person, *(p for p, _ in near), *([began.through] if began else ())}
    who = persons(view, sorted({*named, *(row[part] for row in made for part in ("by", "a", "b"))} - {""}))
    own = tuple(
        d for d in seen_by(view.owner, decisions) if d.handle in who[person].handles or d.other in who[person].handles
    )
    # Under invented names every domain is alike, and a relation may name somebody.
    related = (
        ()
        if view.masked_with
        else relations(
            connection,
            person,
            handles,
            owner=view.owner,
            mine=mine,
            as_of_day=day,
            said=[d.value["relation"].replace("-", " ") for d in own if d.kind == "relation"],
        )
    )
    known_of: dict[str, Any] = {
        "began": (began, who.get(began.through)) if began else None,
        "relations": tuple(related),
        "news": tuple(news_of(view, [person]) if news is None else news),
        "handles": handles[person],
        "brought": _brought(view, made, who, mine),
        "facts": tuple(timeline.listed(lies, shown, known)),
        "of_facts": len(lies.moment),
    }
    if not found:
        no_tie = _no_tie(view, person, who[person])
        return Why(who[person], None, {}, {}, {}, None, (), (), {}, own, **known_of, no_tie=no_tie)
    tie = found[0]
    reasons = _reasons(view, tie, lies, {number: row["id"] for number, row in known.items()}, settings)
    computed = {**numbers(tie), "strength": tie["computed_strength"], "alive": tie["computed_alive"]}
    return Why(
        person=who[person],
        tie=tie,
        numbers=numbers(tie),
        computed=computed,
        reasons=reasons,
        rhythm=rhythm(tie, cadence_days=view.wishes.cadences.get(person)),
        mutual=tuple((who[p], n) for p, n in near),
        years=tuple(timeline.years(lies)),
        answer_hours={"they": _hours(tie["their_seconds"]), "me": _hours(tie["my_seconds"])},
        decisions=own,
        **known_of,
    )


def _reasons(
    view: Reading, tie: Mapping[str, Any], lies: Between, id_of: Mapping[int, str], settings: Settings
) -> dict[str, tuple[Reason, ...]]:
    """Return what makes up each number of a tie, with the facts behind it."""
    person = tie["person"]
    behind = timeline.backing(view.connection, {person: lies}, owner=view.owner, as_of_day=view.as_of_day, id_of=id_of)[
        person
    ]
    opened_up = {
        "strength": strength_reasons(tie),
        "alive": alive_reasons(tie, horizon_days=settings.horizon_days),
        "embeddedness": [Reason("mutual", mutual.embeddedness(tie["mutual"]), f"Mutual contacts: {tie['mutual']:,}.")],
        "value": value.reasons(tie),
        "answer": answer_reasons(tie),
    }
    return {n: tuple(r.backed_by(behind.get(r.what, ())) for r in rs) for n, rs in opened_up.items()}


def _brought(
    view: Reading, made: Iterable[Mapping[str, Any]], who: Mapping[str, Person], mine: Collection[str]
) -> tuple[Brought, ...]:
    """Return introductions as they are told; who is hidden is in none."""
    known = {person: told for person, told in who.items() if person not in mine}
    return tuple(
        Brought(
            known.get(row["by"]),
            known.get(row["a"]),
            known.get(row["b"]),
            row["day"],
            row["took_day"] if row["took_day"] is not None and row["took_day"] <= view.as_of_day else None,
            row["event"],
            row["said_day"] is not None and row["said_day"] <= view.as_of_day,
        )
        for row in made
        if view.wishes.hidden.isdisjoint((row["by"], row["a"], row["b"]))
    )


def _no_tie(view: Reading, person: str, who: Person) -> Literal["owner", "hidden", "machine", "never"]:
    if view.connection.execute("SELECT 1 FROM owners WHERE person = $1", [person]).fetchall():
        return "owner"
    if person in view.wishes.hidden:
        return "hidden"
    return "machine" if who.machine else "never"


def _hours(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / 3_600
