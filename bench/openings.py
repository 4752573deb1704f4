"""Who would put two strangers in touch: how the shipped weights come about, and how good they are on the public sets.

`python -m bench.openings` measures every set with weights of the other families alone. A second table lets each of the two strangers
know only the messages on which they stood, as a mailbox does, with the same weights. A third asks about the later half of each
set's cases: there the weights that its own earlier half teaches stand beside them. Which features there are was chosen in view
of these sets. `python -m bench.openings --ship` learns on all sets and writes the file beside the formula.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from bench.datasets import SETS_OF_LETTERS, family, load_letters
from bench.ranked import Rows, reported
from weakties.facts.engine import connect
from weakties.network import opening
from weakties.proof import choice, introducers, letters, openings, protocol
from weakties.proof.product import NAME
from weakties.proof.ranking import Ranking
from weakties.ties.regression import Weights

FILE = Path(opening.__file__).parent / "opening.json"
TASK = protocol.introducer(protocol.TAKES_DAYS)
OWN_PAST = f"{NAME}_own_past"


@lru_cache(maxsize=2 * len(SETS_OF_LETTERS))
def cases(name: str, *, own_sight: bool = False) -> openings.Cases:
    """Return the cases of a set. own_sight: as each of the two strangers saw them in their own mailbox."""
    connection = connect()
    load_letters(connection, name)
    read = letters.read(connection)
    return openings.in_own_sight(read) if own_sight else openings.cases(read)


def train(without: str = "") -> Weights:
    """Return weights learned on all sets but those of the family `without`."""
    known = [introducers.choices(cases(name)) for name in SETS_OF_LETTERS if family(name) != without]
    return choice.fitted(known, opening.RISES)


def measured(name: str) -> list[Ranking]:
    """Return every rule on all cases of a set, as one mailbox shows them, and on the later half beside what the earlier teaches."""
    others = introducers.ours(train(without=family(name)))
    whole = introducers.compare(cases(name), TASK, dataset=name, rules=(others, *introducers.RULES))
    mailbox = introducers.compare(
        cases(name, own_sight=True), TASK, dataset=f"{name}, one mailbox", rules=(others, *introducers.RULES)
    )
    earlier, later = introducers.split(cases(name))
    taught = choice.fitted([introducers.choices(earlier)], opening.RISES)
    own = introducers.ours(taught, OWN_PAST, "the same, learned on the earlier half of this log")
    rules = (others, own, *introducers.RULES)
    return [whole, mailbox, introducers.compare(later, TASK, dataset=f"{name}, later half", rules=rules)]


def report(sets: Sequence[str]) -> tuple[Rows, Rows]:
    """Print what came out and return the rows and what they were made on; those of the later half as a task of its own."""
    return reported(
        (found, name, f"{TASK.name}{found.dataset.removeprefix(name)}")
        for name in SETS_OF_LETTERS
        if name in sets
        for found in measured(name)
    )


def main(words: Sequence[str]) -> None:
    """Measure, or learn on everything and write the file."""
    if list(words) == ["--ship"]:
        FILE.write_text(train().as_json(), encoding="utf-8")
        sys.stdout.write(f"{len(opening.RISES)} weights from {len(SETS_OF_LETTERS)} sets: {FILE}\n")
        return
    report(words or SETS_OF_LETTERS)


if __name__ == "__main__":
    main(sys.argv[1:])
