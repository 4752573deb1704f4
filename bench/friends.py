"""Friends of friends: how the shipped weights come about, and how good they are on the public sets.

`python -m bench.friends` measures every set with weights of the other families alone. Which features there are was chosen in view of
these sets. `python -m bench.friends --ship` learns on all sets and writes the file beside the formula.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from bench import shipped
from bench.datasets import SETS, UNTIL, family, load_inside
from weakties.facts.engine import connect
from weakties.network import likely
from weakties.proof import friends, log, protocol, ranking, twosteps
from weakties.proof.protocol import Task
from weakties.proof.twosteps import Candidates
from weakties.ties.regression import Outcomes, Weights

FILE = Path(likely.__file__).parent / "likely.json"
# The dormitory has nobody two steps away to speak of.
NAMES = tuple(name for name in SETS if name != "social-evolution")
# Rows that all sets together count as.
_ROWS = 20_000.0


def task_of(name: str) -> Task:
    """Return what is asked of a set, with the published horizon."""
    return protocol.fof(90 if name == "lists" else 30)


@lru_cache(maxsize=len(NAMES))
def cuts(name: str) -> tuple[Candidates, ...]:
    """Return the candidates of a set at each of its cut-offs."""
    connection = connect()
    load_inside(connection, name)
    log.make(connection)
    return tuple(twosteps.at_cuts(connection, task_of(name), until=UNTIL.get(name)))


def train(without: str = "") -> Weights:
    """Return weights learned on all sets but those of the family `without`. A cut-off counts by the square root of its egos."""
    known, shares = [], []
    for one in (c for name in NAMES if family(name) != without for c in cuts(name)):
        known.append(Outcomes(friends.features(one), one.came.astype(np.float64), one.ego))
        shares.append(float(np.sqrt(len(np.unique(one.ego)))) / len(one.ego))
    return shipped.taught(known, shares, likely.RISES, rows=_ROWS)


def measured(name: str) -> ranking.Ranking:
    """Return every rule on a set, ours with the weights of the other families."""
    ours = friends.ours(train(without=family(name)))
    return friends.compare(cuts(name), task_of(name), dataset=name, rules=(ours, *friends.RULES))


def main(words: Sequence[str]) -> None:
    """Measure, or learn on everything and write the file."""
    if list(words) == ["--ship"]:
        FILE.write_text(train().as_json(), encoding="utf-8")
        sys.stdout.write(f"{len(likely.RISES)} weights from {len(NAMES)} sets: {FILE}\n")
        return
    for name in words or NAMES:
        print(ranking.text(measured(name)), end="\n\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
