"""Hold the product's answers on the demo world against its truth file: `python scripts/measure_demo.py [FOLDER]`.

FOLDER: a folder in which `weakties demo --folder FOLDER` has run; a temporary one is made if none is given.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

from weakties.demo.arrival import take_in
from weakties.demo.world import write_world
from weakties.insight import news, today
from weakties.reading import Reading
from weakties.shape import Shape
from weakties.workspace import Workspace, open_workspace

Pair = tuple[str, str]


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
    by_id = {p["id"]: next((found[h] for h in _ordered(p) if h in found), None) for p in _everybody(truth)}
    return [
        *_identity(view, truth, found),
        *_across(view, truth, found),
        *_machines(view, truth, found),
        *_news(view, truth, by_id),
        *_waiting(space, view, truth, by_id),
        *_today(view, truth, by_id),
        *_introductions(view, truth, by_id),
        *_regard(space, view, truth, found),
        *_network(space, view, truth, by_id),
    ]


def _everybody(truth: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the people of the mail and those whom only other sources know."""
    return [*truth["people"], *truth["elsewhere"]]


def _ordered(person: dict[str, Any]) -> list[str]:
    """Return the handles of a person, those of the mail first."""
    return [f"email:{a}" for a in person.get("addresses", [])] + list(person["handles"])


def truly(truth: dict[str, Any]) -> dict[str, str]:
    """Return handle -> person by the truth, the owner with them; handles of several people are nobody's."""
    whose = {h: p["id"] for p in _everybody(truth) for h in p["handles"]}
    whose.update(dict.fromkeys(truth["owner"]["handles"], "me"))
    # A name in one source that two people bear there is nobody's either.
    twice = Counter(h for p in _everybody(truth) for h in p["handles"])
    return {h: who for h, who in whose.items() if twice[h] < 2}


def pairs(view: Reading, truth: dict[str, Any]) -> tuple[set[Pair], set[Pair], set[Pair]]:
    """Return pairs of handles of any source: said to be one person, left to review, truly one person."""
    found = dict(view.connection.execute("SELECT handle, person FROM handles").fetchall())
    whose = {h: who for h, who in truly(truth).items() if h in found}
    said, true = (_within(whose, groups) for groups in (found, whose))
    asked = {_pair(a, b) for a, b in view.connection.execute("SELECT a, b FROM review").fetchall()}
    return said, {p for p in asked if p[0] in whose and p[1] in whose}, true


def _within(handles: Iterable[str], groups: dict[str, str]) -> set[Pair]:
    """Return the pairs of handles that stand in one group."""
    of: dict[str, list[str]] = defaultdict(list)
    for handle in handles:
        of[groups[handle]].append(handle)
    return {_pair(a, b) for held in of.values() for a, b in combinations(held, 2)}


def _pair(a: str, b: str) -> Pair:
    return (min(a, b), max(a, b))


def _across(view: Reading, truth: dict[str, Any], found: dict[str, str]) -> list[Score]:
    said, asked, true = pairs(view, truth)
    # Who says yes to a probable pair makes one person of all the handles of both.
    joined = Groups(found)
    for a, b in sorted(asked & true):
        joined.join(found[a], found[b])
    whose = {h for h in truly(truth) if h in found}
    answered = _within(whose, {h: joined.of(found[h]) for h in whose})
    apart = {_pair(*row["people"]) for row in truth["namesakes"]} | {_pair(*row["people"]) for row in truth["shared"]}
    apart |= {_pair(*row["people"]) for row in truth["must_not_merge"]}
    held = {p["id"]: {found[h] for h in p["handles"] if h in found} for p in _everybody(truth)}
    kept = sum(held[a].isdisjoint(held[b]) for a, b in apart)
    return [
        sets("pairs of handles of all sources", said, true),
        sets("  with review answered", answered, true),
        Score("  probable pairs that are right", len(asked & true), len(asked), len(asked)),
        Score("namesakes, couples and kin kept apart", kept, kept, len(apart)),
    ]


class Groups:
    """People joined by answers."""

    def __init__(self, people: dict[str, str]) -> None:
        self._first = {person: person for person in people.values()}

    def of(self, person: str) -> str:
        """Return who stands for a person."""
        while self._first[person] != person:
            person = self._first[person]
        return person

    def join(self, a: str, b: str) -> None:
        """Make two people one."""
        self._first[self.of(a)] = self.of(b)


def _news(view: Reading, truth: dict[str, Any], by_id: dict[str, Any]) -> list[Score]:
    kinds = ("new job", "new title", "birthday")
    said = {(n.person, n.kind) for n in news.news(view.connection, as_of_day=view.as_of_day) if n.kind in kinds}
    true = {(by_id[row["person"]], row["kind"]) for row in truth["news"]}
    since = view.as_of - timedelta(days=news.RECENT_DAYS)
    moved = {
        (by_id[row["person"]], "new job") for row in truth["job_changes"] if date.fromisoformat(row["on"]) >= since
    }
    return [sets("news of work and birthdays", said, true | (moved & said))]


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
        sets("owner's handles", set(mine), set(truth["owner"]["handles"])),
        sets("pairs of addresses that are one person", said, true),
        sets("  with those left to review", said | (review & true), true),
    ]


def _machines(view: Reading, truth: dict[str, Any], found: dict[str, str]) -> list[Score]:
    set_aside = {p for (p,) in view.connection.execute("SELECT person FROM people WHERE machine <> ''").fetchall()}
    people_ids = {found[f"email:{a}"] for p in truth["people"] for a in p["addresses"] if f"email:{a}" in found}
    machines = {found[h] for m in truth["machines"] if (h := f"email:{m['address']}") in found}
    people_ids |= {found[h] for h in truly(truth) if h in found}
    machines |= {found[h] for h in [f"email:{truth['list']['address']}", *truth["services"]] if h in found}
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


def _introductions(view: Reading, truth: dict[str, Any], by_id: dict[str, Any]) -> list[Score]:
    (me,) = (p for (p,) in view.connection.execute("SELECT person FROM owners WHERE owner = 'me'").fetchall())
    whose = {**by_id, "me": me}
    rows = [(whose[r["by"]], *_pair(*(whose[p] for p in r["between"])), r["took"]) for r in truth["introductions"]]
    found = view.connection.execute(
        'SELECT "by", a, b, took_day IS NOT NULL, said FROM introductions WHERE owner = $owner', {"owner": "me"}
    ).fetchall()
    return [
        sets("introductions", {r[:3] for r in found}, {r[:3] for r in rows}),
        sets("  said in words", {r[:3] for r in found if r[4]}, {r[:3] for r in rows}),
        sets("  that took", {r[:3] for r in found if r[3]}, {r[:3] for r in rows if r[3]}),
    ]


# Groups of the overlooked, by the key of the truth file.
_OVERLOOKED = {"overlooked": "friends", "became_friends": "became-friends", "fell_out": "fell-out"}


def _regard(space: Workspace, view: Reading, truth: dict[str, Any], found: dict[str, str]) -> list[Score]:
    """Return the scores of the overlooked and of who vouches for whom."""
    ids = {found[h]: who for h, who in truly(truth).items() if h in found}
    kin = {p["id"] for p in truth["people"] if p["kind"] == "family"}
    rows = [(one.told.group, ids.get(one.told.person, one.told.person)) for one in space.overlooked(view=view).rows]
    scores = []
    for key, group in _OVERLOOKED.items():
        said = {who for of, who in rows if of == group}
        # Relatives are no friends in the truth file, and nothing but a declared relation tells the one from the other.
        scores.append(
            sets(key.replace("_", " "), said - kin if group == "friends" else said, {r["person"] for r in truth[key]})
        )
    told = [v.told for v in space.vouches(view=view)]
    vouched = {(ids.get(v.who, v.who), ids.get(v.whom, v.whom), v.kind) for v in told if v.observed}
    true = {(r["by"], r["for"], r["kind"]) for r in truth["vouches"]}
    return [*scores, sets("who vouches for whom, and how", vouched, true)]


def _network(space: Workspace, view: Reading, truth: dict[str, Any], by_id: dict[str, Any]) -> list[Score]:
    drawn = space.shape(view=view)
    home = {p: int(c) for p, c in zip(drawn.people, drawn.circles.home, strict=True)}
    world = {by_id[p]: row["circle"] for row in truth["circles"] for p in row["members"] if by_id.get(p)}
    living = {p: home[p] for p in world if home.get(p, -1) >= 0}
    together = [_pair(a, b) for a, b in combinations(sorted(world), 2)]
    said = {pair for pair in together if living.get(pair[0], -1) == living.get(pair[1], -2)}
    best = space.connectors(view=view, drawn=drawn).connectors
    planted = {by_id[row["person"]] for row in truth["connectors"]}
    door_of = {by_id[p]: by_id[row["person"]] for row in truth["doors"] for p in row["beyond"] if by_id.get(p)}
    never = {p for p in door_of if not _in_touch(view, p)}
    loose = {one.told.person for one in space.loose(view=view, drawn=drawn)}
    first, ways = _first_asked(space, view, drawn, never)
    hanging = [row.person.id for row in space.robustness(view=view).rows]
    doors = {by_id[row["person"]] for row in truth["doors"]}
    return [
        sets("pairs of people of one circle", said, {pair for pair in together if world[pair[0]] == world[pair[1]]}),
        sets(f"connectors among the first {len(planted)}", {c.told.person for c in best[: len(planted)]}, planted),
        Score("those behind a door, among the loose", len(loose & never), len(loose & never), len(never)),
        Score("  the way to them asks their door first", sum(first[p] == door_of[p] for p in first), ways, len(never)),
        sets(f"doors among the first {len(doors)} of robustness", set(hanging[: len(doors)]), doors),
    ]


def _in_touch(view: Reading, person: str) -> bool:
    query = "SELECT count(*) FROM ties WHERE person = $1 AND messages > 0"
    return bool(view.connection.execute(query, [person]).fetchall()[0][0])


def _first_asked(space: Workspace, view: Reading, drawn: Shape, people: Iterable[str]) -> tuple[dict[str, str], int]:
    """Return whom the best way to each asks first, and to how many there is a way."""
    asked = {p: space.intro(p, view=view, drawn=drawn, what="person").ways for p in sorted(people)}
    found = {p: ways[0].way.first for p, ways in asked.items() if ways}
    return found, len(found)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(temporary)
        space = open_workspace(folder / "home")
        world = write_world(folder / "exports")
        for path, day in world.files.items():
            take_in(space, path, day)
        for score in measure(space, json.loads(world.truth.read_text(encoding="utf-8"))):
            print(score)


if __name__ == "__main__":
    main()
