"""The planted cases: job changes, words to the long silent, worlds behind one door, questions that are still open.

Each case is made, not searched for, so the truth file can name it with its message.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from weakties.demo.conversation import PRIVATE_WORLDS, Plan, Scene
from weakties.demo.desk import DAY, day_of, stamp
from weakties.demo.life import Life
from weakties.demo.people import Organisation, Person

MOVES = 30
_CAN_MOVE = {"strong", "weak", "steady", "overdue", "dormant", "connector"}


@dataclass(slots=True)
class Move:
    """A change of employer. message: the Message-ID of the mail that announced it, empty where nobody said a word."""

    person: Person
    on: date
    old: Organisation
    new: Organisation
    title: str
    announced: bool
    message: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A person and the message that the case is about."""

    person: Person
    message: str
    on: date


class Planted:
    """All planted cases of the world."""

    def __init__(self, scene: Scene, life: Life) -> None:
        self.scene, self.life, self.rng = scene, life, scene.rng
        self.moves: list[Move] = []
        self.woken: list[tuple[Case, date]] = []
        self.waiting_for_me: list[Case] = []
        self.i_wait_for: list[Case] = []
        self.never_suggest: list[Case] = []

    def busy(self) -> frozenset[str]:
        """Return the ids of the people who carry a case: of them nothing more may be said."""
        cases = [*self.waiting_for_me, *self.i_wait_for, *self.never_suggest, *(case for case, _ in self.woken)]
        return frozenset(one.person.id for one in cases)

    def plan_moves(self) -> None:
        """Choose who changes employer and when, between two contacts with the owner."""
        rng, cast = self.rng, self.scene.cast
        can = [
            one
            for one in cast.people
            if one.jobs and one.kind in _CAN_MOVE and one.world not in PRIVATE_WORLDS | {"halden"}
        ]
        # One case at a time: a name of one word is a riddle of identity, not of work.
        can = [one for one in can if self._room(one) > 300 and not one.remark and " " in one.latin]
        taken = {"tallvik", "halden"} | {one.remark for one in cast.people if one.kind == "door"}
        houses = [one for one in cast.organisations.values() if one.key not in taken and one.kind != "school"]
        titles = sorted(
            {one.jobs[0].title for one in cast.people if one.jobs and one.kind not in {"door", "connector"}}
        )
        for person in rng.sample(can, MOVES):
            first = self.life.phases[person.id][0].start
            on = first + timedelta(days=rng.randint(150, self._room(person) - 120))
            old = person.jobs[-1].organisation
            new = rng.choice([one for one in houses if one is not old])
            move = Move(person, on, old, new, rng.choice(titles), announced=rng.random() < 0.8)
            cast.hire(person, new, move.title, on)
            if person.world == "tallvik":
                self.life.until[person.id] = min(self.life.until[person.id], on)
            self.moves.append(move)
        # She changed work three weeks ago and has told nobody by mail: only an address book or a network will show it.
        door, norrhamn = cast.named("Thordis Hvannberg"), cast.organisations["norrhamn"]
        on = self.life.end - timedelta(days=21)
        self.moves.append(Move(door, on, door.jobs[-1].organisation, norrhamn, "head of metrology", announced=False))
        cast.hire(door, norrhamn, "head of metrology", on)
        self.moves.sort(key=lambda one: (one.on, one.person.id))

    def _room(self, person: Person) -> int:
        phases = self.life.phases[person.id]
        return (phases[-1].end - phases[0].start).days if phases else 0

    def announce_moves(self) -> None:
        """Let those who announce it write that they moved; the owner congratulates some of them."""
        rng, owner = self.rng, self.scene.owner
        for move in self.moves:
            if not move.announced:
                continue
            person = move.person
            new_mail = next(one.address for one in person.addresses if one.address.endswith("@" + move.new.domain))
            years = max(2, (move.on - person.jobs[-2].since).days // 365)
            facts = {
                "neworg": move.new.name, "oldorg": move.old.name, "newtitle": move.title, "newtown": move.new.town,
                "newmail": new_mail, "years": str(years),
            }  # fmt: skip
            on = move.on + timedelta(days=rng.choice((-3, -2, -1, 1, 2, 5)))
            sent = self.scene.play(
                Plan(stamp(on, rng.uniform(8, 14)), person, [person], person.world, 1, topic="moved", stages=("ORC",),
                     facts=facts, private=False)
            )  # fmt: skip
            move.message = sent[0].id
            if rng.random() < 0.6:
                order = (owner, person)
                self.scene.play(
                    Plan(sent[0].at + rng.randint(1, 30) * 3600, None, [person], person.world, 2, topic="congrats",
                         stages=("O", "C"), facts=facts, private=False, parent=sent[0], order=order)
                )  # fmt: skip

    def wake(self) -> None:
        """Let the owner write a word to people silent for two years or more, who then answer."""
        rng, end = self.rng, self.life.end
        for person in [one for one in self.scene.cast.people if one.kind == "woken"]:
            silent_since = self.life.phases[person.id][-1].end
            on = max(silent_since + timedelta(days=740), end - timedelta(days=rng.randint(50, 330)))
            years = (on - silent_since).days // 365
            facts = {"years": str(years), "oldorg": "the old place"}
            stages = ("OO", "R", "M", "C") if rng.random() < 0.5 else ("OOQ", "RR", "C")
            sent = self.scene.play(
                Plan(stamp(on, rng.uniform(8, 19)), None, [person], person.world, len(stages), topic="wake",
                     stages=stages, facts=facts, private=person.world in PRIVATE_WORLDS)
            )  # fmt: skip
            self.woken.append((Case(person, sent[0].id, day_of(sent[0].at)), silent_since))
            if rng.random() < 0.5:
                self.scene.play(Plan(sent[-1].at + rng.randint(18, 40) * DAY, person, [person], person.world, 2))

    def open_doors(self) -> None:
        """Let each door write to its world with the owner in copy, so that everybody behind it is seen there."""
        rng = self.rng
        for door in [one for one in self.scene.cast.people if one.kind == "door"]:
            behind = [one for one in self.scene.cast.people if one.club == door.club and one.kind == "behind"]
            half = len(behind) // 2 + 1
            groups = [behind[:half], behind[half - 3 :], rng.sample(behind, 4), rng.sample(behind, 5)]
            first, last = door.since + timedelta(days=60), self.life.phases[door.id][-1].end - timedelta(days=20)
            for group in groups:
                day = first + timedelta(days=rng.randint(0, (last - first).days))
                jobs = self.scene.writer.grammar.topics["door"].values
                facts = {
                    "club": door.club, "job": rng.choice(jobs[f"job-{door.remark}"]),
                    "place": jobs[f"place-{door.remark}"][0],
                }  # fmt: skip
                order = (door, rng.choice(group)) if rng.random() < 0.7 else (door,)
                self.scene.play(
                    Plan(stamp(day, rng.uniform(8, 15)), door, [door, *group], "door", len(order), topic="door",
                         stages=("OOR", "C")[: len(order)], facts=facts, order=order,
                         latest=stamp(last + timedelta(days=15)))
                )  # fmt: skip
            for one in behind:
                one.since = door.since

    def meet_in_lisbon(self) -> None:
        """Let the people met at the Lisbon conference write for the first time, or the owner to them."""
        rng = self.rng
        for person in [one for one in self.scene.cast.people if one.kind == "new" and not one.through]:
            person.where = "Lisbon conference" if person.world == "conference" else person.world
            place = {"place": "Lisbon"} if person.world == "conference" else {"place": "{*town}"}
            if person.world != "conference":
                place["place"] = rng.choice(("Utrecht", "Aarhus", "Leeds"))
            turns = rng.choice((2, 3, 4))
            starter = person if rng.random() < 0.5 else None
            at = stamp(person.since + timedelta(days=rng.randint(1, 9)), rng.uniform(8, 17))
            self.scene.play(Plan(at, starter, [person], "conference", turns, topic="met", facts=place, private=False))

    def leave_open(self) -> None:
        """Leave questions open on both sides, and let the owner answer some people on the very last day."""
        quiet = self._last_seen()
        self.waiting_for_me = [
            self._question(person, days, quiet, theirs=True)
            for person, days in self._free(quiet, (105, 41, 36, 29, 27, 22, 19, 16, 12, 9, 6, 4, 3))
        ]
        self.i_wait_for = [
            self._question(person, days, quiet, theirs=False)
            for person, days in self._free(quiet, (58, 44, 33, 26, 21, 15, 11, 8, 5))
        ]
        for person, _ in self._free(quiet, (2, 2, 2, 2, 2, 2, 2)):
            quiet[person.id] = self.life.end
            at = stamp(self.life.end - timedelta(days=2), 9 + self.rng.random() * 5)
            sent = self.scene.play(Plan(at, person, [person], _world_of(person), 1, stages=("OQ",), prompt=True))
            answer = self.scene.play(
                Plan(stamp(self.life.end - timedelta(days=1), self.rng.uniform(8, 16)), None, [person],
                     _world_of(person), 1, topic=sent[0].topic, stages=("C",), parent=sent[0], prompt=True)
            )  # fmt: skip
            self.never_suggest.append(Case(person, answer[0].id, day_of(answer[0].at)))

    def _last_seen(self) -> dict[str, date]:
        seen: dict[str, int] = {}
        for mail in self.scene.mails:
            for party in mail.everybody():
                seen[party.who] = max(seen.get(party.who, 0), mail.at)
        return {who: day_of(at) for who, at in seen.items()}

    def _free(self, quiet: dict[str, date], silences: tuple[int, ...]) -> list[tuple[Person, int]]:
        """Pair each silence in days with somebody who has been quiet for longer, of many worlds."""
        kinds = {"strong", "weak", "close", "connector", "new"}
        pool = [one for one in self.scene.cast.people if one.kind in kinds and one.voice.language == "en"]
        # One case at a time: whoever is a trap of identity carries no open question as well.
        pool = [one for one in pool if not one.aliases and not one.remark]
        naina = self.scene.cast.named("Naina Karanjwal")
        self.rng.shuffle(pool)
        out: list[tuple[Person, int]] = []
        for days in silences:
            before = self.life.end - timedelta(days=days + 4)
            fits = [one for one in pool if quiet[one.id] < before and one.since < before]
            person = naina if days == 105 else fits[0]
            if person in pool:
                pool.remove(person)
            out.append((person, days))
            quiet[person.id] = self.life.end
        return out

    def _question(self, person: Person, days: int, quiet: dict[str, date], *, theirs: bool) -> Case:
        quiet[person.id] = self.life.end
        on = self.life.end - timedelta(days=days)
        sent = self.scene.play(
            Plan(stamp(on, self.rng.uniform(8, 15)), person if theirs else None, [person], _world_of(person), 1,
                 topic="owed" if theirs else "asked", stages=("OQ",), open_end=True, prompt=True,
                 private=_world_of(person) in PRIVATE_WORLDS)
        )  # fmt: skip
        return Case(person, sent[0].id, day_of(sent[0].at))


def _world_of(person: Person) -> str:
    return person.world if person.kind != "door" else "weak"
