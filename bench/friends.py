"""Friends of friends: how the shipped weights come about, and how good they are on the public sets.

`python -m bench.friends` measures every set with weights of the other families alone; a second table lets each ego know only the
messages on which it stood, as a mailbox does, with the same weights. Which features there are was chosen in view of
these sets. `python -m bench.friends --ship` learns on all sets and writes the file beside the formula.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from bench.datasets import SETS, UNTIL, family, load_inside
from bench.ranked import Rows, reported
from weakties.facts.engine import connect
from weakties.network import likely
from weakties.proof import choice, friends, log, protocol, ranking, twosteps
from weakties.proof.features import Flags, Floats
from weakties.proof.protocol import Task
from weakties.proof.twosteps import Candidates
from weakties.ties.regression import DIGITS, Weights

FILE = Path(likely.__file__).parent / "likely.json"
# The dormitory has nobody two steps away to speak of.
NAMES = tuple(name for name in SETS if name != "social-evolution")
ONE_MAILBOX = "fof, one mailbox"
_EXACT = 1e-7


def task_of(name: str) -> Task:
    """Return what is asked of a set, with the published horizon."""
    return protocol.fof(90 if name == "lists" else 30)


@lru_cache(maxsize=2 * len(NAMES))
def cuts(name: str, *, own_sight: bool = False) -> tuple[Candidates, ...]:
    """Return the candidates of a set at each of its cut-offs. own_sight: each ego knows its own mailbox alone."""
    connection = connect()
    load_inside(connection, name)
    log.make(connection)
    return tuple(twosteps.at_cuts(connection, task_of(name), until=UNTIL.get(name), own_sight=own_sight))


def train(without: str = "") -> Weights:
    """Return weights learned on all sets but those of the family `without`. A cut-off counts by the square root of its egos.

    What orders is a conditional logit, each ego's candidates a case; its level is where as many come into touch as did.
    """
    known = [c for name in NAMES if family(name) != without for c in cuts(name)]
    weights = choice.fitted([friends.choices(c) for c in known], likely.RISES)
    score = np.concatenate([likely.scores(friends.features(c), weights) for c in known])
    share = [np.full(len(c.ego), np.sqrt(len(np.unique(c.ego))) / len(c.ego)) for c in known]
    return replace(weights, level=level(score, np.concatenate([c.came for c in known]), np.concatenate(share)))


def level(score: Floats, came: Flags, worth: Floats) -> float:
    """Return what to add to scores so that as chances they add up to those who came; rows count by their worth, (n,) each."""
    low, high = -50.0, 50.0
    while high - low > _EXACT:
        middle = (low + high) / 2
        chance = 1 / (1 + np.exp(-np.clip(score + middle, -50, 50)))
        low, high = (low, middle) if worth @ chance > worth @ came else (middle, high)
    return round(low, DIGITS)


def measured(name: str, *, own_sight: bool = False) -> ranking.Ranking:
    """Return every rule on a set, ours with the weights of the other families. own_sight: as for `cuts`."""
    ours = friends.ours(train(without=family(name)))
    known = cuts(name, own_sight=own_sight)
    called = f"{name}, one mailbox" if own_sight else name
    return friends.compare(known, task_of(name), dataset=called, rules=(ours, *friends.RULES))


def report(sets: Sequence[str]) -> tuple[Rows, Rows]:
    """Print what came out and return the rows and what they were made on."""
    return reported(_each(sets))


def _each(sets: Sequence[str]) -> Iterator[tuple[ranking.Ranking, str, str]]:
    for name in (n for n in NAMES if n in sets):
        found = measured(name)
        yield found, name, found.task.name
        # A reply on a list has one reader by the protocol: nobody sees what others write to each other.
        if name != "lists":
            yield measured(name, own_sight=True), name, ONE_MAILBOX


def main(words: Sequence[str]) -> None:
    """Measure, or learn on everything and write the file."""
    if list(words) == ["--ship"]:
        FILE.write_text(train().as_json(), encoding="utf-8")
        sys.stdout.write(f"{len(likely.RISES)} weights from {len(NAMES)} sets: {FILE}\n")
        return
    report(words or NAMES)


if __name__ == "__main__":
    main(sys.argv[1:])
