"""What the user decided of people, as a day's view needs it: by person, as of that day.

Decisions are kept on handles, because people are derived and their ids may move; here each finds its person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import duckdb

from weakties.facts.days import day_number, day_of
from weakties.facts.decisions import Decision
from weakties.insight import vouches
from weakties.insight.outcomes import Outcome
from weakties.ties.scored import Touch


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user decided of people, by person id, as of a day.

    hidden: never shown; snoozed: not to be named today; cadences: days between contacts; set_on: the day on which a strength was
    set; tags, notes: what was said; outcomes: through whom something came, until that day; circle_names: what the circle in which
    two people are is called, the last word last; one_circle: two people whose circles are one; vouches: what was said of who vouches
    for whom; relations: what people are, in the owner's words.
    """

    hidden: frozenset[str] = frozenset()
    snoozed: frozenset[str] = frozenset()
    touches: tuple[Touch, ...] = ()
    cadences: Mapping[str, int] = field(default_factory=dict)
    overruled: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    set_on: Mapping[str, int] = field(default_factory=dict)
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: Mapping[str, tuple[Decision, ...]] = field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()
    circle_names: tuple[tuple[str, str, str], ...] = ()
    one_circle: tuple[tuple[str, str], ...] = ()
    vouches: tuple[vouches.Said, ...] = ()
    relations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def wishes_of(connection: duckdb.DuckDBPyConnection, decisions: Iterable[Decision], owner: str, as_of: date) -> Wishes:
    """Return what an owner decided. Needs `handles` and `owners`.

    Touches, snoozes and outcomes have days of their own; whatever else was decided holds always, and the last word counts.
    """
    made = [d for d in decisions if d.author == owner]
    whose = _people(connection, made)
    mine = {p for (p,) in connection.execute("SELECT person FROM owners WHERE owner = $1", [owner]).fetchall()}
    # Nobody keeps in touch with herself.
    person_of = {handle: person for handle, person in whose.items() if person not in mine}
    of: defaultdict[str, list[tuple[str, Decision]]] = defaultdict(list)
    for decision in made:
        if decision.handle in person_of:
            of[decision.kind].append((person_of[decision.handle], decision))
    snoozed = {person: _day(d, "until") for person, d in of["snooze"]}
    touches = [Touch(person, day_number(_day(d, "on")), d.value["channel"]) for person, d in of["touch"]]
    cadences = {person: int(d.value["days"]) for person, d in of["cadence"]}
    came = [Outcome(person, day_number(_day(d, "on"))) for person, d in of["outcome"]]
    numbers: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for person, d in of["overrule"]:
        numbers[person][d.value["number"]] = float(d.value["value"])
    notes: defaultdict[str, list[Decision]] = defaultdict(list)
    for person, d in of["note"]:
        notes[person].append(d)
    until = day_number(as_of)
    return Wishes(
        hidden=frozenset(person for person, _ in of["hide"]),
        snoozed=frozenset(person for person, day in snoozed.items() if day > as_of),
        touches=tuple(sorted((t for t in touches if t.day <= until), key=lambda t: (t.person, t.day, t.channel))),
        cadences={person: days for person, days in cadences.items() if days > 0},
        overruled=dict(numbers),
        set_on={p: day_number(day_of(d.at)) for p, d in of["overrule"] if d.value["number"] == "strength"},
        tags=_lists((person, str(d.value["tag"])) for person, d in of["tag"]),
        notes={person: tuple(said) for person, said in notes.items()},
        outcomes=tuple(sorted((o for o in came if o.day <= until), key=lambda o: (o.day, o.person))),
        circle_names=tuple((p, person_of.get(d.other, p), str(d.value["name"])) for p, d in of["circle"]),
        one_circle=tuple((p, person_of[d.other]) for p, d in of["circles"] if d.other in person_of),
        vouches=tuple(_vouches(made, whose, mine)),
        relations=_lists((person, str(d.value["relation"])) for person, d in of["relation"]),
    )


def _people(connection: duckdb.DuckDBPyConnection, made: Iterable[Decision]) -> dict[str, str]:
    """Return whose each handle is that was decided on."""
    named = sorted({h for d in made for h in (d.handle, d.other) if h})
    query = "SELECT handle, person FROM handles WHERE handle IN (SELECT unnest($1::VARCHAR[]))"
    return dict(connection.execute(query, [named]).fetchall())


def _day(decision: Decision, name: str) -> date:
    return date.fromisoformat(decision.value[name])


def _lists(said: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Return what was said of each person, everything once, in the order in which it was said."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for person, text in said:
        found[person][text] = None
    return {person: tuple(texts) for person, texts in found.items()}


def _vouches(made: Iterable[Decision], person_of: Mapping[str, str], mine: Collection[str]) -> Iterator[vouches.Said]:
    """Yield who vouches for whom, as the owner says. The owner vouches for others, as well as others for her."""
    for decision in made:
        if decision.kind != "vouch":
            continue
        who, whom = (
            vouches.ME if not handle or person_of.get(handle) in mine else person_of.get(handle)
            for handle in (decision.handle, decision.other)
        )
        said = decision.value
        if who and whom and who != whom:
            until = date.fromisoformat(said["until"]) if said.get("until") else None
            yield vouches.Said(
                decision.id, who, whom, str(said["for"]), day_number(date.fromisoformat(said["on"])),
                None if until is None else day_number(until), said.get("consented"),
            )  # fmt: skip
