"""Who brought whom together: the introductions by mail, and which of them took.

Three sorts: somebody introduces the owner to a person she did not know (most of her new contacts began so), somebody
introduces two people with her in copy, and she introduces two of hers. An introduction took when both then wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from weakties.demo.conversation import Plan, Scene
from weakties.demo.desk import day_of, stamp
from weakties.demo.life import Life
from weakties.demo.people import Person

# How many introductions each connector makes to the owner, and how many between two others.
_HABIT = ((7, 1), (5, 2), (5, 1), (4, 1), (4, 1))


@dataclass(slots=True)
class Introduction:
    """One introduction. on: its day, as planned. message: Message-ID once it is sent."""

    by: Person
    a: Person
    b: Person
    on: date
    took: bool
    message: str = ""
    sent_on: str = ""


class Introductions:
    """Plans the introductions before anything happens, and lets them happen afterwards."""

    def __init__(self, scene: Scene, *, start: date, end: date) -> None:
        self.scene, self.rng = scene, scene.rng
        self.start, self.end = start, end
        self.all: list[Introduction] = []

    def plan(self) -> None:
        """Choose who meets the owner through whom, and from which day on."""
        rng, cast, owner = self.rng, self.scene.cast, self.scene.owner
        connectors = [one for one in cast.people if one.kind == "connector"]
        kinds = {"strong", "weak", "steady", "overdue", "dormant"}
        known = [one for one in cast.people if one.world in {"client", "supplier", "conference"} and one.kind in kinds]
        known = [one for one in known if one.jobs and not one.remark]
        introduced = [one for one in cast.people if one.kind == "introduced"]
        fresh = [one for one in cast.people if one.world == "client" and one.kind == "new"][:2]
        to_owner = sum(first for first, _ in _HABIT)
        chosen = rng.sample(known, to_owner - len(fresh) - len(introduced)) + fresh + introduced
        rng.shuffle(chosen)
        thordis, kwesi = cast.named("Thordis Hvannberg"), connectors[0]
        thordis.since, thordis.through = self.start + timedelta(days=165), kwesi.id
        self.all.append(Introduction(kwesi, thordis, owner, thordis.since, took=True))
        for connector, (count, _) in zip(connectors, _HABIT, strict=True):
            for person in [chosen.pop() for _ in range(count)]:
                self._met_through(connector, person)
        others = [one for one in cast.people if one.kind in {"strong", "steady"} and one.jobs and not one.through]
        for person in rng.sample([one for one in known if not one.through and one.kind == "weak"], 3):
            self._met_through(rng.choice([one for one in others if one is not person]), person)
        for connector, (_, count) in zip(connectors, _HABIT, strict=True):
            for _ in range(count):
                a, b = rng.sample([one for one in others if one is not connector], 2)
                self.all.append(Introduction(connector, a, b, self._day(900), took=rng.random() < 0.6))
        for index in range(6):
            a, b = rng.sample(others, 2)
            self.all.append(Introduction(owner, a, b, self._day(900), took=index != 2))

    def _met_through(self, connector: Person, person: Person) -> None:
        if person.kind == "new":
            on = self.end - timedelta(days=self.rng.randint(60, 110))
        elif person.kind == "introduced":
            on = self._day(500)
        elif person.kind == "dormant":
            on = self.start + timedelta(days=self.rng.randint(400, 900))
        else:
            on = self.start + timedelta(days=self.rng.randint(500, 2000))
        person.since, person.through, person.where = on, connector.id, "introduction"
        took = person.kind != "introduced"
        self.all.append(Introduction(connector, person, self.scene.owner, on, took))

    def _day(self, after: int) -> date:
        return self.start + timedelta(days=self.rng.randint(after, (self.end - self.start).days - 60))

    def happen(self, life: Life) -> None:
        """Send the introductions and the answers of those that took; set back to a day when all three were in touch."""
        self.all.sort(key=lambda one: (one.on, one.by.id, one.a.id, one.b.id))
        for one in self.all:
            known = [
                person for person in (one.by, one.a, one.b) if person.kind != "owner" and not self._is_new(one, person)
            ]
            ends = [life.until[person.id] - timedelta(days=15) for person in known]
            begins = [person.since + timedelta(days=20) for person in known]
            if not self._is_new(one, one.a):
                one.on = min([max([one.on, *begins]), *ends])
            self._send(one)

    @staticmethod
    def _is_new(one: Introduction, person: Person) -> bool:
        return person.through == one.by.id and person in (one.a, one.b) and "owner" in (one.a.kind, one.b.kind)

    def _send(self, one: Introduction) -> None:
        rng, owner = self.rng, self.scene.owner
        others = [person for person in (one.by, one.a, one.b) if person is not owner]
        at = stamp(one.on, rng.uniform(7, 10))
        facts = self._facts(one)
        starter = None if one.by is owner else one.by
        copied = () if owner in (one.by, one.a, one.b) else (owner,)
        sent = self.scene.play(
            Plan(at, starter, others, "conference", 1, topic="intro", copied=copied, stages=(rng.choice(("OQR", "OR", "OR", "OQ")),),
                 facts=facts, private=False, prompt=True)
        )  # fmt: skip
        if not sent:
            raise AssertionError(f"no day is left for the introduction of {one.a.id} and {one.b.id}")
        one.message, one.sent_on = sent[0].id, day_of(sent[0].at).isoformat()
        if not one.took:
            return
        first, second = (one.a, one.b) if rng.random() < 0.6 else (one.b, one.a)
        organisation = self._post(second, one.on)[1]
        answer = {"by": one.by.given, "other": second.given, "theirorg": organisation}
        order: tuple[Person, ...] = (first, second, first)
        stages: tuple[str, ...] = ("O", "R", "C")
        if one.by is owner or "owner" not in (one.a.kind, one.b.kind):
            order, stages = order[:2], ("O", "N")
        self.scene.play(
            Plan(sent[0].at + rng.randint(2, 40) * 3600, None, others, "conference", len(order), topic="intro-answer", copied=copied,
                 stages=stages, facts=answer, private=False, parent=sent[0], order=order)
        )  # fmt: skip

    def _facts(self, one: Introduction) -> dict[str, str]:
        atitle, aorg = self._post(one.a, one.on)
        btitle, borg = self._post(one.b, one.on)
        return {"a": one.a.given, "b": one.b.given, "atitle": atitle, "aorg": aorg, "btitle": btitle, "borg": borg}

    @staticmethod
    def _post(person: Person, day: date) -> tuple[str, str]:
        job = person.job(day)
        return (job.title, job.organisation.name) if job else ("independent", "a small firm")
