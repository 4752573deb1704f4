"""The truth file: what is so in the demo world, for tests and for whoever wants to see whether an answer is right.

What was planned (kinds, introductions, posts, planted cases) is told from the plan; whatever can be counted (first and
last messages, how many each way) is counted from the messages as written, so that nothing here is only hoped for.
The layout is described in docs/explanation/demo-world.md.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from weakties.demo.acquaintances import Acquaintances, Someone
from weakties.demo.introductions import Introduction
from weakties.demo.ledger import Ledger, iso_day
from weakties.demo.life import Life
from weakties.demo.machines import LIST_ADDRESS, Machine, Machines
from weakties.demo.people import FREE_MAIL, TWIN_DOMAINS, Person
from weakties.demo.planted import Case, Planted
from weakties.demo.plants import Plants
from weakties.demo.standing import Standing
from weakties.demo.traps import Trap, Traps
from weakties.facts import handles

FORMAT = 3
# The words of the truth file for what the plan calls otherwise.
_KINDS = {"group": "acquaintance", "behind": "beyond", "door": "weak", "connector": "strong", "steady": "strong",
          "overdue": "strong"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plans:
    """What was planted in the mail and beside it."""

    introductions: list[Introduction]
    planted: Planted
    traps: Traps
    machines: Machines
    plants: Plants


def tell(life: Life, ledger: Ledger, known: Acquaintances, plans: Plans) -> str:
    """Return the truth as JSON text, keys in a fixed order."""
    scene = life.scene
    introductions, planted, traps, machines = plans.introductions, plans.planted, plans.traps, plans.machines
    beside = {one.id: one for one in known.everybody()}
    people = [one for one in scene.cast.people if ledger.seen[one.id]]
    merges = [_merge(one, ledger) for one in traps.must_merge] + _changed(people, traps, ledger)
    told: dict[str, Any] = {
        "format": FORMAT,
        "as_of": life.end.isoformat(),
        "owner": {**_owner(scene.owner), "handles": _owners_handles(known)},
        "free_mail_domains": [*FREE_MAIL, TWIN_DOMAINS[1]],
        "twin_domains": [list(TWIN_DOMAINS)],
        "people": [_person(one, ledger, beside[one.id]) for one in people],
        "elsewhere": [_elsewhere(one) for one in beside.values() if one.person is None],
        "introductions": [_introduction(one) for one in introductions],
        "connectors": _connectors(introductions),
        "doors": _doors(people),
        "job_changes": _moves(planted, ledger),
        "waiting_for_me": _cases(planted.waiting_for_me),
        "i_wait_for": _cases(planted.i_wait_for),
        "overdue": _rhythms(people, life, ledger, "overdue"),
        "on_time": _rhythms(people, life, ledger, "steady"),
        "woken": [
            {**_case(case), "silent_since": iso_day(max(t for t in _all(ledger, case.person.id) if t < _at(case.on)))}
            for case, _ in planted.woken
        ],
        "never_suggest": _cases(planted.never_suggest),
        "must_merge": [row for row in merges if len(row["addresses"]) > 1 or len(row["names"]) > 1],
        "must_not_merge": [_apart(one, ledger) for one in traps.must_not_merge],
        "machines": _machines(machines),
        "list": {"address": LIST_ADDRESS, "messages": len(machines.on_list)},
        "automatic_answers": machines.away,
        "news": sorted(({"person": one.who, "kind": one.kind, "source": one.source, "on": one.on.isoformat()} for one in known.news),
                       key=lambda row: (row["person"], row["kind"], row["source"])),
        "namesakes": [{"people": [a.id, b.id], "name": a.name} for a, b in known.namesakes],
        "shared": _shared(known),
        "services": sorted(known.services),
        **Standing(life, ledger, known, plans.plants).told(),
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _at(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _all(ledger: Ledger, who: str) -> list[int]:
    return sorted(ledger.sent[who] + ledger.received[who])


def _jobs(person: Person) -> list[dict[str, Any]]:
    return [
        {
            "organisation": one.organisation.name, "domain": one.organisation.domain, "title": one.title,
            "since": one.since.isoformat(), "until": one.until.isoformat() if one.until else None,
        }
        for one in person.jobs
    ]  # fmt: skip


def _owner(owner: Person) -> dict[str, Any]:
    return {"name": owner.name, "addresses": [one.address for one in owner.addresses], "jobs": _jobs(owner)}


def _owners_handles(known: Acquaintances) -> list[str]:
    owner = known.owner
    return sorted({"owner:me", *owner.handles, *(f"email:{address}" for address in owner.mails)})


def _elsewhere(one: Someone) -> dict[str, Any]:
    """Return somebody whom mail does not know."""
    return {
        "id": one.id, "name": one.name, "kind": one.kind, "handles": sorted(one.handles), "organisation": one.newer[0],
        "title": one.newer[1],
    }  # fmt: skip


def _shared(known: Acquaintances) -> list[dict[str, Any]]:
    """Return the handles that are of several people."""
    if known.couple is None:
        return []
    (one, other), line = known.couple
    return [{"handle": str(handles.phone(line)), "people": [one.id, other.id]}]


def _person(person: Person, ledger: Ledger, beside: Someone) -> dict[str, Any]:
    how = "introduction" if person.through else person.where
    return {
        "id": person.id,
        "name": person.name,
        "names": sorted(ledger.names[person.id]),
        "addresses": sorted(ledger.addresses[person.id]),
        "handles": sorted(beside.handles),
        "phone": person.phone,
        "worlds": [person.world],
        "kind": _KINDS.get(person.kind, person.kind),
        "role": person.kind if person.kind in _KINDS else None,
        "met": {"where": how, "through": person.through or None},
        "language": person.voice.language,
        "on_business_networks": bool(beside.slug),
        "jobs": _jobs(person),
        **ledger.counts(person.id),
    }


def _introduction(one: Introduction) -> dict[str, Any]:
    return {
        "by": one.by.id,
        "between": [one.a.id, one.b.id],
        "on": one.sent_on,
        "took": one.took,
        "message": one.message,
    }


def _connectors(introductions: list[Introduction]) -> list[dict[str, Any]]:
    made: dict[str, list[Introduction]] = defaultdict(list)
    for one in introductions:
        if one.by.kind == "connector":
            made[one.by.id].append(one)
    rows = [{"person": who, "made": len(all_), "took": sum(one.took for one in all_)} for who, all_ in made.items()]
    return sorted(rows, key=lambda row: (-int(str(row["made"])), str(row["person"])))


def _doors(people: list[Person]) -> list[dict[str, Any]]:
    return [
        {
            "person": door.id, "world": door.club,
            "beyond": [one.id for one in people if one.kind == "behind" and one.club == door.club],
        }
        for door in people
        if door.kind == "door"
    ]  # fmt: skip


def _moves(planted: Planted, ledger: Ledger) -> list[dict[str, Any]]:
    return [
        {
            "person": one.person.id, "on": one.on.isoformat(), "from": one.old.name, "to": one.new.name,
            "title": one.title, "message": one.message or None,
            "in_mail": any(a.endswith("@" + one.new.domain) for a in ledger.addresses[one.person.id]),
        }
        for one in planted.moves
    ]  # fmt: skip


def _machines(machines: Machines) -> list[dict[str, Any]]:
    by_address: dict[str, list[Machine]] = defaultdict(list)
    for one in machines.all:
        by_address[one.address].append(one)
    return [
        {
            "address": address, "name": all_[0].name, "kind": all_[0].kind, "says_so": all_[0].honest,
            "messages": sum(one.count for one in all_),
        }
        for address, all_ in by_address.items()
    ]  # fmt: skip


def _case(case: Case) -> dict[str, Any]:
    return {"person": case.person.id, "message": case.message, "on": case.on.isoformat()}


def _cases(cases: list[Case]) -> list[dict[str, Any]]:
    return [_case(one) for one in sorted(cases, key=lambda one: (one.on, one.person.id))]


def _rhythms(people: list[Person], life: Life, ledger: Ledger, kind: str) -> list[dict[str, Any]]:
    rows = []
    for person in people:
        if person.kind == kind:
            times = _all(ledger, person.id)
            silent = (_at(life.end) - times[-1]) // 86_400
            gap = round(life.phases[person.id][0].gap)
            rows.append({"person": person.id, "rhythm_days": gap, "silent_days": silent})
    return rows


def _merge(trap: Trap, ledger: Ledger) -> dict[str, Any]:
    person = trap.people[0]
    return {
        "case": trap.name, "person": person.id, "why": trap.why, "addresses": sorted(ledger.addresses[person.id]),
        "names": sorted(ledger.names[person.id]),
    }  # fmt: skip


def _changed(people: list[Person], traps: Traps, ledger: Ledger) -> list[dict[str, Any]]:
    told = {one.people[0].id for one in traps.must_merge}
    why = "the address changed with the employer"
    changed = [one for one in people if one.id not in told and len(ledger.addresses[one.id]) > 1]
    return [_merge(Trap("changed address", (one,), why), ledger) for one in changed]


def _apart(trap: Trap, ledger: Ledger) -> dict[str, Any]:
    return {
        "case": trap.name, "people": [one.id for one in trap.people], "why": trap.why,
        "addresses": [sorted(ledger.addresses[one.id]) for one in trap.people],
    }  # fmt: skip
