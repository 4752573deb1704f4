"""What happens when: each tie's rhythm over eight years, and what whole groups write about.

A tie is a list of `Phase`s; in each, conversations follow each other at a gap of days that is steady or bursty. The
kinds of `people.POPULATION` differ only in their phases, so what the truth file says of a kind is true by making.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from weakties.demo.conversation import PRIVATE_WORLDS, Plan, Scene
from weakties.demo.desk import DAY, day_of, stamp
from weakties.demo.people import Person

# Conversations of whole groups per month, and how many people they are between.
GROUPS = {
    "tallvik": (2.8, 2, 7), "halden": (2.8, 2, 7), "choir": (1.2, 3, 9), "school": (0.25, 3, 8),
    "neighbour": (0.4, 2, 6), "family": (0.45, 2, 6), "conference": (0.3, 2, 5), "friend": (0.3, 2, 4),
}  # fmt: skip

# Whose last contact is planned to the day: nothing of a group's traffic may come after it.
_NOT_IN_GROUPS = {"she-writes", "they-write", "new", "overdue", "steady", "weak", "door"}
# The door that has been shut for longest, and for how many days: the first person the product should find.
_LONGEST_SILENT_DOOR = ("Thordis Hvannberg", 418)


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of a tie. gap: mean days between conversations. steady: whether the gaps are nearly alike."""

    start: date
    end: date
    gap: float
    steady: bool = False


class Life:
    """The owner's eight years."""

    def __init__(self, scene: Scene, *, start: date, left: date, end: date) -> None:
        self.scene, self.rng = scene, scene.rng
        self.start, self.left, self.end = start, left, end
        self.phases: dict[str, list[Phase]] = {}
        self.until: dict[str, date] = {}

    def plan(self) -> None:
        """Give everybody the days between which they belong to the owner's life, and the rhythm of the tie."""
        for person in self.scene.cast.people:
            person.since = max(person.since, self._begins(person))
            phases = self._phases(person)
            self.phases[person.id] = phases
            if person.kind in {"dormant", "woken"}:
                self.until[person.id] = phases[-1].end
            elif person.world == "tallvik":
                self.until[person.id] = self.left
            else:
                self.until[person.id] = self.end

    def _begins(self, person: Person) -> date:
        days = self._between
        if person.through:
            return person.since
        if person.kind == "new":
            # The Lisbon conference was in the second week of October; the other new people came after it.
            lisbon = self.end - timedelta(days=144)
            return (
                lisbon
                if person.world == "conference"
                else days(self.end - timedelta(days=120), self.end - timedelta(days=40))
            )
        if person.world in {"halden", "investor"}:
            return days(self.left, self.end - timedelta(days=400))
        if person.world in {"client", "supplier"}:
            return days(self.start + timedelta(days=100), self.end - timedelta(days=900))
        if person.world in {"conference"} and person.kind != "connector":
            return days(self.start + timedelta(days=60), self.end - timedelta(days=1300))
        if person.world == "tallvik":
            return days(self.start, self.start + timedelta(days=500))
        return days(self.start, self.start + timedelta(days=300))

    def _between(self, first: date, last: date) -> date:
        return first + timedelta(days=self.rng.randint(0, max(1, (last - first).days)))

    def _phases(self, person: Person) -> list[Phase]:
        rng, since, end = self.rng, person.since, self.end
        kind = person.kind
        if kind in {"dormant", "woken"}:
            return [Phase(since, self._falls_asleep(person), rng.uniform(110, 230))]
        if kind in {"close", "family"}:
            return [self._until_now(since, rng.uniform(30, 55) if kind == "close" else rng.uniform(50, 130))]
        if kind == "connector":
            return [self._until_now(since, rng.uniform(55, 95))]
        if kind == "strong":
            if person.world == "tallvik":
                return [Phase(since, self.left, rng.uniform(38, 64)), self._until_now(self.left, rng.uniform(70, 120))]
            return [self._until_now(since, rng.uniform(50, 95))]
        if kind in {"steady", "overdue"}:
            gap = rng.uniform(55, 100)
            silent = rng.uniform(0.2, 0.8) if kind == "steady" else rng.uniform(3.0, 5.5)
            return [Phase(since, end - timedelta(days=int(gap * silent)), gap, steady=True)]
        if kind == "weak":
            last = end - timedelta(days=rng.randint(35, 480))
            return [Phase(since, max(last, since + timedelta(days=90)), rng.uniform(200, 400))]
        if kind == "door":
            silent = _LONGEST_SILENT_DOOR[1] if person.latin == _LONGEST_SILENT_DOOR[0] else rng.randint(60, 300)
            return [Phase(since, end - timedelta(days=silent), rng.uniform(130, 220))]
        if kind == "new":
            return [self._until_now(since + timedelta(days=12), rng.uniform(25, 50))]
        return []

    def _until_now(self, since: date, gap: float) -> Phase:
        """Return a phase that is still going on: its latest conversation is less than one gap ago."""
        return Phase(since, self.end - timedelta(days=int(gap * self.rng.uniform(0.08, 0.8)) + 1), gap)

    def _falls_asleep(self, person: Person) -> date:
        last = self.end - timedelta(days=770)
        if person.world == "tallvik":
            return self._between(self.left - timedelta(days=300), self.left + timedelta(days=330))
        return self._between(min(last, person.since + timedelta(days=330)), last)

    def live(self) -> None:
        """Let all ordinary conversations happen: the ties one by one, then the groups."""
        for person in self.scene.cast.people:
            for phase in self.phases[person.id]:
                self._tie(person, phase)
            if person.kind in {"she-writes", "they-write"}:
                self._one_sided(person)
        for world, (monthly, least, most) in GROUPS.items():
            self._groups(world, monthly, least, most)

    def _tie(self, person: Person, phase: Phase) -> None:
        rng = self.rng
        gap = phase.gap
        at = stamp(phase.start, rng.uniform(7, 17)) + int(gap * rng.random() * 0.5 * DAY)
        last = stamp(phase.end, 18)
        lean = 0.35 + 0.3 * rng.random()
        while True:
            final = at + gap * DAY * 1.3 > last
            if final:
                at = last - rng.randint(0, 8) * 3600
            turns = (
                rng.choice((1, 2, 2, 3, 3, 4)) if person.kind in {"weak", "door"} else rng.choice((1, 2, 2, 3, 3, 4, 5))
            )
            if final and person.kind not in {"weak", "door"}:
                turns = max(2, turns)
            starter = None if rng.random() < lean else person
            latest = min(self.scene.end, last + (0 if final else 9) * DAY + 12 * 3600)
            stages = ("O",) if turns == 1 else ()
            world = _topics_of(person)
            others = [person] if final else [person, *self._colleague(world, at)]
            self.scene.play(Plan(at, starter, others, world, turns, stages=stages, latest=latest, prompt=final))
            if final:
                return
            factor = rng.uniform(0.86, 1.14) if phase.steady else min(4.0, rng.lognormvariate(-0.25, 0.7))
            at = int(at + gap * factor * DAY)

    def _colleague(self, world: str, at: int) -> list[Person]:
        """Return somebody of the owner's own house who is copied now and then where she deals with other houses."""
        if world not in {"client", "supplier", "conference", "investor"} or self.rng.random() > 0.22:
            return []
        day = day_of(at)
        house = self.scene.cast.of("tallvik" if day < self.left else "halden", "strong", "group", "connector")
        there = [one for one in house if one.since <= day < self.until[one.id] - timedelta(days=12)]
        return [self.rng.choice(there)] if there else []

    def _one_sided(self, person: Person) -> None:
        rng = self.rng
        day = person.since
        while day < self.end - timedelta(days=30):
            at = stamp(day, rng.uniform(8, 16))
            starter = person if person.kind == "they-write" else None
            self.scene.play(Plan(at, starter, [person], person.world, 1, topic="onesided", stages=("OR",)))
            day += timedelta(days=rng.randint(130, 420))

    def forward(self, count: int) -> None:
        """Let the owner send on what somebody wrote to her, to another person of the same world."""
        scene, rng = self.scene, self.rng
        people = {one.id: one for one in scene.cast.people}
        mine = [one for one in scene.mails if len(one.to) == 1 and one.to[0].who == scene.owner.id and not one.asks]
        for old in rng.sample(mine, count):
            world = people[old.author.who].world
            at, day = old.at + rng.randint(1, 60) * 3600, day_of(old.at)
            others = [
                one
                for one in scene.cast.of(world, "strong", "close", "family", "connector")
                if one.id != old.author.who and one.since <= day < self.until[one.id]
            ]
            if others and at < scene.end - 3 * DAY:
                to = rng.choice(others)
                facts = {"person": people[old.author.who].given}
                words = f"{scene.writer.said('forward', facts)}\n\nYlva"
                scene.writer.remember([words])
                scene.desk.forward(scene.owner, to, old, words, at, private=world in PRIVATE_WORLDS)

    def _groups(self, world: str, monthly: float, least: int, most: int) -> None:
        rng = self.rng
        start = stamp(self.left if world == "halden" else self.start)
        end = stamp(self.left if world == "tallvik" else self.end - timedelta(days=1))
        at = float(start)
        while True:
            at += rng.expovariate(monthly / 30) * DAY
            if at >= end:
                return
            day = day_of(int(at))
            weekday = day.weekday()
            if world in {"tallvik", "halden", "conference"} and weekday > 4:
                continue
            there = [
                one
                for one in self.scene.cast.of(world)
                if one.since <= day <= self.until[one.id] - timedelta(days=8) and one.kind not in _NOT_IN_GROUPS
            ]
            if len(there) < least:
                continue
            first = rng.randrange(len(there))
            near = [there[(first + step) % len(there)] for step in range(min(len(there), most + 4))]
            chosen = rng.sample(near, min(len(near), rng.randint(least, most)))
            starter = None if rng.random() < 0.25 else chosen[0]
            self.scene.play(
                Plan(
                    int(at),
                    starter,
                    chosen,
                    world,
                    rng.choice((1, 2, 3, 3, 4, 5)),
                    latest=min(stamp(day) + 9 * DAY, self.scene.end),
                )
            )


def _topics_of(person: Person) -> str:
    return {"investor": "investor"}.get(person.world, person.world if person.kind != "door" else "weak")
