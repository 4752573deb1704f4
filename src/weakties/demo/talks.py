"""What is said in chats, on the telephone's messages and in networks: short bursts between few people, over years.

A burst begins with a word of anybody's and ends on a closing remark, so nobody is left waiting in a chat: who waits is told by
mail alone. The phrases stand in `text/chats.txt`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from weakties.demo.desk import DAY, HOUR, stamp
from weakties.demo.grammar import Grammar

_FILES = ("shared.txt", "chats.txt")


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a chat. at: seconds UTC; author: place in the list of people; text: without a line's end."""

    at: int
    author: int
    text: str


class Talks:
    """Writes bursts of messages. end: nothing is said on that day or after it."""

    def __init__(self, rng: Random, end: date) -> None:
        self.rng, self.end = rng, end
        self._grammar = Grammar(_FILES)

    def over(self, topic: str, people: int, first: date, last: date, gap: float) -> list[Said]:
        """Return the bursts between two days, in order. people: how many take part; gap: mean days between two bursts."""
        rng, out = self.rng, list[Said]()
        end = min(stamp(last, 21), stamp(self.end, -8))
        at = stamp(first, rng.uniform(8, 20)) + rng.random() * gap * DAY
        while at < end:
            burst = self.burst(topic, people, int(at))
            out += [one for one in burst if one.at < end] if burst[-1].at < end else []
            at = stamp(first + timedelta(days=int((burst[-1].at - stamp(first)) // DAY)), rng.uniform(7, 21))
            at += max(1.0, rng.expovariate(1 / gap)) * DAY
        return out

    def burst(self, topic: str, people: int, at: int) -> list[Said]:
        """Return one exchange: a beginning, some answers, a closing remark."""
        rng, facts, used = self.rng, dict[str, str](), set[str]()
        letters = ["O", "R", *rng.choices("RM", k=rng.randint(0, 2)), "C"]
        author, out = rng.randrange(people), list[Said]()
        for letter in letters:
            lines = self._grammar.topics[topic].lines[letter]
            source = rng.choice([one for one in lines if one not in used] or lines)
            used.add(source)
            text = self._grammar.render(source, self._grammar.topics[topic], facts, rng).strip()
            out.append(Said(at, author, text[:1].upper() + text[1:]))
            at += int(min(9 * HOUR, max(35, rng.lognormvariate(6.3, 1.5))))
            author = self._next(author, people)
        return out

    def _next(self, author: int, people: int) -> int:
        others: Sequence[int] = [one for one in range(people) if one != author]
        return self.rng.choice(others)
