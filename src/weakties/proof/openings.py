"""Who put whom in touch: the introductions in a log by their structure, and what was known of every candidate before each.

A message of B to two to five people is a **possible introduction** of every two of them, X and Y, who had no direct contact
before while B had with both. It **took** if the first direct contact of X and Y comes later than the message and within 30 days. A
case is one that took and of which X and Y had at least three mutual contacts just before the message: these are the
candidates, B is the one to be named. A direct contact is a message of one to the other, to at most twenty. Team threads
count as introductions too: what is measured is who would connect two people, not who was asked to.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from weakties.network.opening import HALF_LIFE_DAYS, NEVER_DAYS
from weakties.proof.features import Flags, Floats, Whole
from weakties.proof.letters import Letters, by_person
from weakties.proof.letters import only as only_letters
from weakties.proof.log import DAY
from weakties.proof.protocol import TAKES_DAYS

MOST_INTRODUCED = 5
FEWEST_CANDIDATES = 3

# What is known of a candidate just before the message. x, y: of its tie to either; count: messages between them; strength:
# SUM 0.5^(age / 60 d) / recipients; last: days since the last. degree: its contacts; introduced: possible introductions it
# made; beside: messages of others to all three; days since it wrote to anybody (silent), to both at once (joint).
NUMBERS = (
    "count_x", "count_y", "strength_x", "strength_y", "last_x", "last_y", "degree", "introduced", "beside", "silent", "joint",
)  # fmt: skip

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases of a log, a row per case and candidate. case: (n,) which, 0, 1 ..; candidate: (n,) who; came: (n,) who it was.

    values: (n, 11) in the order of NUMBERS, days with their fractions. at, letter: (cases,) seconds and number of the message.
    possible, took: how many introductions there may have been, and how many took within `takes_days`.
    """

    case: Whole
    candidate: Whole
    came: Flags
    values: Floats
    at: Whole
    letter: Whole
    possible: int
    took: int
    takes_days: int

    def column(self, name: str) -> Floats:
        """Return one number, (n,)."""
        return self.values[:, NUMBERS.index(name)]


@dataclass(slots=True)
class _Tie:
    """What happened between two."""

    count: int = 0
    last: int = 0
    strength: float = 0.0

    def met(self, at: int, share: float) -> None:
        self.strength = self.decayed(at) + share
        self.count, self.last = self.count + 1, at

    def decayed(self, at: int) -> float:
        return self.strength * 0.5 ** ((at - self.last) / DAY / HALF_LIFE_DAYS) if self.count else 0.0


@dataclass(slots=True)
class _Past:
    """What was before the message at hand. joint: who wrote to a pair at once, when last; beside: who got the same, how often."""

    ties: dict[int, dict[int, _Tie]] = field(default_factory=lambda: defaultdict(dict))
    sent: dict[int, int] = field(default_factory=dict)
    introduced: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    joint: dict[Pair, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    beside: dict[Pair, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, at: int, sender: int, people: Sequence[int], watched: Container[Pair]) -> None:
        """Let a message have happened. watched: the pairs of whom it is kept who brought them together."""
        self.sent[sender] = at
        for person in people:
            tie = self.ties[sender].get(person)
            if tie is None:
                tie = self.ties[sender][person] = self.ties[person][sender] = _Tie()
            tie.met(at, 1 / len(people))
        for pair in itertools.combinations(people, 2):
            if pair in watched and pair[1] not in self.ties[pair[0]]:
                self.joint[pair][sender] = at
                self.beside[pair].update(other for other in people if other not in pair)

    def numbers(self, at: int, pair: Pair, who: int) -> list[float]:
        """Return what is known of a candidate, in the order of NUMBERS."""
        p, q = (self.ties[one][who] for one in pair)
        beside = self.beside[pair][who] if pair in self.beside else 0
        lasts = [_days(at, then) for then in (self.sent.get(who), self.joint.get(pair, {}).get(who))]
        both = [p.count, q.count, p.decayed(at), q.decayed(at), _days(at, p.last), _days(at, q.last)]
        return [*both, len(self.ties[who]), self.introduced.get(who, 0), beside, *lasts]


def _days(at: int, then: int | None) -> float:
    return NEVER_DAYS if then is None else min((at - then) / DAY, NEVER_DAYS)


def first_contacts(letters: Letters) -> dict[Pair, int]:
    """Return when each pair was in touch for the first time, seconds; the lower number stands first."""
    found: dict[Pair, int] = {}
    for at, sender, people in letters:
        for person in people:
            found.setdefault((min(sender, person), max(sender, person)), at)
    return found


def cases(letters: Letters, *, takes_days: int = TAKES_DAYS, only: Iterable[int] | None = None) -> Cases:
    """Return the cases of a log. only: those of them in which one of these people is X or Y; all if None."""
    kept = None if only is None else set(only)
    first, past = first_contacts(letters), _Past()
    found = _Found()
    for number, (at, sender, people) in enumerate(letters):
        pairs = list(_introduced(past, sender, people))
        for pair in pairs if kept is None else [p for p in pairs if kept.intersection(p)]:
            found.possible += 1
            if pair in first and at < first[pair] <= at + takes_days * DAY:
                found.took += 1
                found.add(past, number, at, sender, pair)
        past.introduced[sender] += len(pairs)
        past.add(at, sender, people, first)
    return found.cases(takes_days)


def in_own_sight(letters: Letters, *, takes_days: int = TAKES_DAYS) -> Cases:
    """Return the cases as each of the two strangers saw them, who knows the messages on which she stood and no others.

    A case of which both saw enough counts for both.
    """
    parts = []
    for person, numbers in by_person(letters):
        seen = cases(only_letters(letters, numbers), takes_days=takes_days, only=[person])
        parts.append(replace(seen, letter=numbers[seen.letter]))
    before = np.cumsum([0, *(len(p.at) for p in parts)])
    case = np.concatenate([np.zeros(0, np.int64), *(p.case + b for p, b in zip(parts, before, strict=False))])
    joined = {
        name: np.concatenate([getattr(p, name) for p in parts])
        for name in ("candidate", "came", "values", "at", "letter")
    }
    return Cases(
        case=case,
        **joined,
        possible=sum(p.possible for p in parts),
        took=sum(p.took for p in parts),
        takes_days=takes_days,
    )


@dataclass(slots=True)
class _Found:
    rows: list[list[float]] = field(default_factory=list)
    whose: list[tuple[int, int, int]] = field(default_factory=list)
    when: list[tuple[int, int]] = field(default_factory=list)
    possible: int = 0
    took: int = 0

    def add(self, past: _Past, number: int, at: int, sender: int, pair: Pair) -> None:
        candidates = sorted(past.ties[pair[0]].keys() & past.ties[pair[1]].keys())
        if len(candidates) >= FEWEST_CANDIDATES:
            self.rows += [past.numbers(at, pair, who) for who in candidates]
            self.whose += [(len(self.when), who, who == sender) for who in candidates]
            self.when.append((at, number))

    def cases(self, takes_days: int) -> Cases:
        whose, when = np.array(self.whose, np.int64).reshape(-1, 3), np.array(self.when, np.int64).reshape(-1, 2)
        values = np.array(self.rows, np.float64).reshape(-1, len(NUMBERS))
        case, candidate, came = whose.T
        at, letter = when.T
        return Cases(case, candidate, came.astype(bool), values, at, letter, self.possible, self.took, takes_days)


def _introduced(past: _Past, sender: int, people: Sequence[int]) -> Iterator[Pair]:
    """Yield the pairs that a message may introduce; recipients stand in the order of their numbers."""
    if not 2 <= len(people) <= MOST_INTRODUCED:
        return
    known = past.ties[sender]
    for x, y in itertools.combinations(people, 2):
        if x in known and y in known and y not in past.ties[x]:
            yield x, y
