"""Hold the product's answers on the demo world against its truth file: `python scripts/measure_demo.py [FOLDER]`.

FOLDER: a folder in which `weakties demo --folder FOLDER` has run; a temporary one is made if none is given.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

from weakties.demo.world import write_world
from weakties.insight import today
from weakties.reading import Reading
from weakties.workspace import Workspace, open_workspace


@dataclass(frozen=True, slots=True)
class Score:
    """Found against true. hits: in both; said: found; true: in the truth."""

    what: str
    hits: int
    said: int
    true: int

    @property
    def precision(self) -> float:
        """Share of what was said that is true; 1 where nothing was said."""
        return self.hits / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        """Share of what is true that was said; 1 where there is nothing."""
        return self.hits / self.true if self.true else 1.0

    def __str__(self) -> str:
        return (
            f"{self.what:44} precision {self.precision:5.3f}  recall {self.recall:5.3f}  "
            f"({self.hits} of {self.said} said, {self.true} true)"
        )


def sets(what: str, said: set[Any], true: set[Any]) -> Score:
    """Return the score of a set against another."""
    return Score(what, len(said & true), len(said), len(true))


def measure(space: Workspace, truth: dict[str, Any]) -> list[Score]:
    """Return every score, in the order of the truth file."""
    view = space.read(date.fromisoformat(truth["as_of"]))
    found = dict(view.connection.execute("SELECT handle, person FROM handles").fetchall())
    person_of = {a: found.get(f"email:{a}") for p in truth["people"] for a in p["addresses"]}
    by_id = {p["id"]: next((person_of[a] for a in p["addresses"] if person_of[a]), None) for p in truth["people"]}
    return [
        *_identity(view, truth, found),
        *_machines(view, truth, found),
        *_waiting(space, view, truth, by_id),
        *_today(view, truth, by_id),
    ]


def _identity(view: Reading, truth: dict[str, Any], found: dict[str, str]) -> list[Score]:
    truly = {a: p["id"] for p in truth["people"] for a in p["addresses"] if f"email:{a}" in found}
    pairs = {tuple(sorted(pair)) for pair in combinations(truly, 2)}
    true = {pair for pair in pairs if truly[pair[0]] == truly[pair[1]]}
    said = {pair for pair in pairs if found[f"email:{pair[0]}"] == found[f"email:{pair[1]}"]}
    review = {
        tuple(sorted((a.partition(":")[2], b.partition(":")[2])))
        for a, b in view.connection.execute("SELECT a, b FROM review").fetchall()
    }
    mine = view.connection.execute("SELECT handles FROM owners").fetchall()[0][0].split("\n")
    return [
        sets("owner's addresses", {h.partition(":")[2] for h in mine}, set(truth["owner"]["addresses"])),
        sets("pairs of addresses that are one person", said, true),
        sets("  with those left to review", said | (review & true), true),
    ]


def _machines(view: Reading, truth: dict[str, Any], found: dict[str, str]) -> list[Score]:
    set_aside = {p for (p,) in view.connection.execute("SELECT person FROM people WHERE machine <> ''").fetchall()}
    people_ids = {found[f"email:{a}"] for p in truth["people"] for a in p["addresses"] if f"email:{a}" in found}
    machines = {found[h] for m in truth["machines"] if (h := f"email:{m['address']}") in found}
    machines |= {found[h] for h in [f"email:{truth['list']['address']}"] if h in found}
    return [sets("senders set aside as machines", set_aside & (machines | people_ids), machines)]


def _waiting(space: Workspace, view: Reading, truth: dict[str, Any], by_id: dict[str, Any]) -> list[Score]:
    said = space.waiting(view=view)
    scores = []
    for key, mine in (("waiting_for_me", True), ("i_wait_for", False)):
        true = {by_id[row["person"]] for row in truth[key]}
        scores.append(sets(key.replace("_", " "), {o.person for o in said if o.for_me == mine}, true))
    return scores


def _today(view: Reading, truth: dict[str, Any], by_id: dict[str, Any]) -> list[Score]:
    ties = list(today.candidates(view.connection, quiet_days=0))
    suggested = list(today.suggest(ties))
    ids = [s.tie["person"] for s in suggested]
    late = {s.tie["person"] for s in suggested if s.rhythm.overdue_days}
    overdue = {by_id[r["person"]] for r in truth["overdue"]}
    on_time = {by_id[r["person"]] for r in truth["on_time"]}
    doors = {by_id[r["person"]] for r in truth["doors"]}
    by_value = [r["person"] for r in sorted(ties, key=lambda r: -r["value"])]
    never = {by_id[r["person"]] for r in truth["never_suggest"]}
    return [
        sets("overdue, among those with a planted rhythm", late & (overdue | on_time), overdue),
        sets("doors among the 20 highest values", set(by_value[:20]) & doors, doors),
        Score("never suggested whom one must not", len(never - set(ids)), len(never), len(never)),
    ]


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(temporary)
        space = open_workspace(folder / "home")
        world = write_world(folder / "exports")
        for path in world.files:
            space.import_(path)
        for score in measure(space, json.loads(world.truth.read_text(encoding="utf-8"))):
            print(score)


if __name__ == "__main__":
    main()
