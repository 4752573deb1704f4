"""Conversations: who writes when, about what, and in which order; one message after another.

`Scene` holds everything that conversations share: the cast, the owner, the writer of texts, the desk. A conversation
never ends on a question unless its plan says so, hence who waits for an answer is known exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from weakties.demo.desk import DAY, HOUR, Desk, Draft, day_of, stamp, zone_at
from weakties.demo.mail import Mail
from weakties.demo.people import Cast, Person
from weakties.demo.words import Talk, Writer

PRIVATE_WORLDS = frozenset({"family", "friend", "choir", "neighbour", "school"})
_SEASONS = [
    "winter",
    "winter",
    "spring",
    "spring",
    "spring",
    "summer",
    "summer",
    "summer",
    "autumn",
    "autumn",
    "autumn",
    "winter",
]


@dataclass(slots=True)
class Plan:
    """What a conversation should be. starter None: the owner. world: whose topics; topic: one topic by name.

    stages: what each message consists of, letters of the grammar (`O`, `OQ`, `R` ...); empty: the usual course.
    open_end: the last message asks, and nobody answers. parent: the message that the first one answers. latest: no
    message at or after this moment. order: who speaks, where that is planned. prompt: the first message may fall on a weekend.
    copied: who is only in copy.
    """

    at: int
    starter: Person | None
    others: list[Person]
    world: str
    turns: int = 3
    topic: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    open_end: bool = False
    stages: tuple[str, ...] = ()
    private: bool | None = None
    latest: int = 0
    parent: Mail | None = None
    order: tuple[Person, ...] = ()
    prompt: bool = False
    copied: tuple[Person, ...] = ()


class Scene:
    """Where conversations happen. Nothing happens at or after `end`, seconds UTC."""

    def __init__(self, rng: Random, cast: Cast, owner: Person) -> None:
        self.rng, self.cast, self.owner = rng, cast, owner
        self.writer = Writer(rng)
        self.desk = Desk(rng, owner)
        self.end = stamp(cast.end, -1)
        self._clients = [one.name for one in cast.organisations.values() if one.kind == "client"]

    @property
    def mails(self) -> list[Mail]:
        """All messages so far, in the order of their making."""
        return self.desk.mails

    def play(self, plan: Plan) -> list[Mail]:
        """Let a conversation happen and return its messages, which the desk keeps too; empty where no time is left."""
        speakers = self._speakers(plan)
        times = self._times(plan, speakers)
        if not times:
            return []
        language = self._language(plan)
        talk = self.writer.talk(
            plan.world, language, self._facts(plan), topic=plan.topic, ours=plan.starter is None,
            private=plan.world in PRIVATE_WORLDS,
        )  # fmt: skip
        subject = self.writer.subject(talk) if not plan.parent else plan.parent.subject
        out: list[Mail] = []
        for index, at in enumerate(times):
            parent = out[-1] if out else plan.parent
            out.append(self._turn(plan, talk, (index, len(times)), speakers[index], at, parent, subject, language))
        return out

    def _turn(
        self, plan: Plan, talk: Talk, place: tuple[int, int], author: Person, at: int, parent: Mail | None,
        subject: str, language: str,
    ) -> Mail:  # fmt: skip
        index, count = place
        last = index == count - 1
        if plan.stages:
            stage = plan.stages[index]
            ask = last and plan.open_end
        else:
            stage = "C" if last and index else "O" if not index else "R" if index == 1 else "M"
            ask = plan.open_end if last else stage == "O" or self.rng.random() < 0.25
        everyone = [one for one in [self.owner, *plan.others] if one is not author]
        spoken_to = [one for one in everyone if one not in plan.copied] or everyone
        own = self.writer.body(
            talk, replace(author.voice, language=language), stage=stage, ask=ask,
            season=_SEASONS[day_of(at).month - 1], me=author.called(language),
            to=self._greeted(plan, spoken_to, parent, author, language),
        )  # fmt: skip
        mail = self.desk.post(
            Draft(author, everyone, subject, own, at, parent, self.is_private(plan), language,
                  signed=plan.topic == "moved", all_to=plan.topic == "intro", copied=plan.copied)
        )  # fmt: skip
        mail.asks = "?" in own or "？" in own
        mail.topic = talk.topic.name
        return mail

    def _language(self, plan: Plan) -> str:
        if len(plan.others) != 1 or plan.topic:
            return "en"
        language = plan.others[0].voice.language
        return language if self.writer.grammar.of_world(language) else "en"

    def _facts(self, plan: Plan) -> dict[str, str]:
        """Return the facts that a conversation begins with: people and firms that it may mention, and the plan's own."""
        rng = self.rng
        pool = [one for one in self.cast.of(plan.world) if one not in plan.others and day_of(plan.at) >= one.since]
        pool = pool if len(pool) > 1 else [one for one in self.cast.people if one not in plan.others]
        first, second = rng.sample(pool, 2)
        return {"person": first.given, "person2": second.given, "client": rng.choice(self._clients), **plan.facts}

    def is_private(self, plan: Plan) -> bool:
        """Return whether a conversation is held from private mailboxes."""
        if plan.private is not None:
            return plan.private
        return plan.world in PRIVATE_WORLDS or all(one.world in PRIVATE_WORLDS for one in plan.others)

    def _speakers(self, plan: Plan) -> list[Person]:
        starter = plan.starter or self.owner
        if plan.order:
            return list(plan.order)
        if len(plan.others) == 1:
            pair = [starter, plan.others[0] if starter is self.owner else self.owner]
            return [pair[index % 2] for index in range(plan.turns)]
        out = [starter]
        everyone = [self.owner, self.owner, *plan.others]
        while len(out) < plan.turns:
            following = self.rng.choice(everyone)
            if following is not out[-1]:
                out.append(following)
        return out

    def _times(self, plan: Plan, speakers: Sequence[Person]) -> list[int]:
        latest = min(plan.latest or self.end, self.end)
        work = not self.is_private(plan)
        times = [self._awake(plan.at, speakers[0], work=work and not plan.prompt)]
        for speaker in speakers[1:]:
            delay = min(6 * DAY, max(240, self.rng.lognormvariate(9.7, 1.3)))
            following = self._awake(int(times[-1] + delay), speaker, work=work)
            if following >= latest:
                # No time left: the answer comes within hours or not at all.
                following = times[-1] + self.rng.randint(600, 2 * HOUR)
                if following >= latest:
                    break
            times.append(following)
        return times if times[0] < latest else []

    def _awake(self, at: int, person: Person, *, work: bool) -> int:
        """Return the moment, moved out of its author's night and mostly out of the weekend where it is work."""
        local = at // 60 + zone_at(person, at)
        hour = local % 1440 / 60
        if not 7 <= hour < 23:
            at = int(at + ((7 - hour) % 24 + self.rng.random() * 2.5) * HOUR)
        weekday = (at // 60 + zone_at(person, at)) // 1440 % 7
        # 1 January 1970 was a Thursday, so Saturday is day 2 of this count and Sunday day 3.
        if work and weekday in {2, 3} and self.rng.random() < 0.85:
            at += (4 - weekday) * DAY
        return at

    def _greeted(self, plan: Plan, everyone: list[Person], parent: Mail | None, author: Person, language: str) -> str:
        if parent and len(everyone) == 2 and plan.topic == "intro-answer":
            return f"{everyone[0].given} and {everyone[1].given}"
        if len(everyone) == 1:
            return everyone[0].called(language)
        if parent and parent.author.who != author.id and self.rng.random() < 0.5:
            return next((one.given for one in everyone if one.id == parent.author.who), "all")
        if len(everyone) == 2 and self.rng.random() < 0.7:
            return f"{everyone[0].given} and {everyone[1].given}"
        return self.rng.choice(("all", "everyone", "all", "both" if len(everyone) == 2 else "all"))
