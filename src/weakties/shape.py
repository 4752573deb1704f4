"""The network of a day as a graph: everybody I know or could come to know, who knows whom, and the circles they live in.

Worked out from a day's view when a question about the network is asked; so is a map of it, when one is to be drawn. A tie of my
own weighs as much as the chance that a word of mine is answered, one between others as much as the chance that they write to each
other (`network.knows`).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import chain, count
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from weakties import daybook
from weakties.daybook import Page
from weakties.errors import HomeError
from weakties.facts.days import day_number
from weakties.facts.home import Home
from weakties.network import circles, graph, houses, knows, layout
from weakties.network.circles import Circles
from weakties.network.graph import Graph
from weakties.network.layout import Places
from weakties.reading import Reading
from weakties.ties import introductions

# What a declared tie without any contact weighs: somebody connected whom I never wrote to.
_DECLARED = 0.05
_LEAST = 1e-3
# Raised whenever the same facts would give another network.
_EDITION = 5
# What is kept of a day's network, and by what it is ordered.
_TABLES = {
    "knows": "a, b",
    "worked": "person, house, name, title, how, first_day, last_day",
    "jobs": "person, house",
    "houses": "house",
    "nodes": "node",
    "barred": "person",
}
_ARRAYS = ("since", "sure")
# Part of today's people who stood on an earlier map if today's is to start from it.
_ENOUGH = 0.5

_NODES = """
    CREATE OR REPLACE TEMP TABLE nodes AS
    SELECT person, (row_number() OVER (ORDER BY person) - 1)::INTEGER AS node FROM (
        SELECT person FROM people WHERE first_day <= $day UNION SELECT a FROM knows UNION SELECT b FROM knows
    ) WHERE person NOT IN (FROM barred)
"""
_EDGES = """
    SELECT x.node AS a, y.node AS b, greatest(k.contact, $least)::DOUBLE AS weight, k.how <> 'inferred' AS sure,
        coalesce(k.first_day, $day)::INTEGER AS day
    FROM knows k JOIN nodes x ON x.person = k.a JOIN nodes y ON y.person = k.b ORDER BY 1, 2
"""
# Who only stood beside me on a message is nobody I could ask; who is connected to me on a network is, hardly.
_MINE = """
    WITH me AS (SELECT h.handle FROM handles h JOIN owners o USING (person) WHERE o.owner = $owner),
    declared AS (
        SELECT h.person FROM dated_links l JOIN handles h ON h.handle = if(l.a IN (FROM me), l.b, l.a)
        WHERE (l.a IN (FROM me)) <> (l.b IN (FROM me)) AND l.kind IN $kinds AND l.day <= $day AND l.owner = $owner
    )
    SELECT n.node, greatest(least(if(t.messages > 0, coalesce(t.answer, $declared), $declared), 1), $least)::DOUBLE AS weight
    FROM nodes n LEFT JOIN ties t USING (person)
    WHERE t.messages > 0 OR n.person IN (FROM declared) ORDER BY 1
"""


@dataclass(frozen=True, eq=False)
class Shape:
    """The network of a day. people: person ids in the order of their nodes, without me; around: who of them knows whom; since: (m,)
    the day on which each tie of `around.indices` began; mine: (n,) the weight of my own tie to each, 0 without one; before: the
    circle that each person was in when the quarter began, by id; one_circle: two people whose circles are one, as the user said;
    sure: (m,) whether each tie is seen or said; found: the circles, where they are known already."""

    people: Sequence[str]
    around: Graph
    since: NDArray[np.int64]
    sure: NDArray[np.bool_]
    mine: NDArray[np.float64]
    before: Mapping[str, str]
    one_circle: Sequence[tuple[str, str]] = ()
    found: Circles | None = None

    @cached_property
    def node_of(self) -> dict[str, int]:
        """The node of each person id."""
        return {person: node for node, person in enumerate(self.people)}

    @cached_property
    def known(self) -> Graph:
        """Who of the others knows whom for sure: seen or said, not inferred."""
        return self.around.only(self.sure)

    @cached_property
    def contacts(self) -> NDArray[np.int64]:
        """How many people each is in touch with as far as is seen or said, I among them, (n,)."""
        return self.known.degree + (self.mine > 0)

    @property
    def leading(self) -> int:
        """How many of my contacts are seen or said to know somebody who is none of mine."""
        rows = self.known.rows
        away = (self.mine[rows] > 0) & (self.mine[self.known.indices] == 0)
        return len(np.unique(rows[away]))

    @property
    def me(self) -> int:
        """My own node in `whole`."""
        return len(self.people)

    @cached_property
    def whole(self) -> Graph:
        """The network with me in it, as the last node."""
        return self.with_me(self.around)

    def with_me(self, others: Graph) -> Graph:
        """Return ties between others and my own, with me as the last node."""
        once, known = others.rows < others.indices, np.flatnonzero(self.mine)
        a = np.concatenate([others.rows[once], known])
        b = np.concatenate([others.indices[once], np.full(len(known), self.me)])
        weight = np.concatenate([others.weight[once].astype(np.float64), self.mine[known]])
        return graph.from_edges(a, b, weight, nodes=others.nodes + 1)

    @cached_property
    def circles(self) -> Circles:
        """The circles of the others."""
        if self.found is not None:
            return self.found
        numbers: dict[str, int] = {}
        held = [numbers.setdefault(self.before[p], len(numbers)) if p in self.before else -1 for p in self.people]
        found = circles.circles(self.around, self.since, before=np.array(held, dtype=np.int64))
        at = self.node_of
        return circles.united(found, [(at[a], at[b]) for a, b in self.one_circle if a in at and b in at])

    @cached_property
    def circle_ids(self) -> list[str]:
        """The id of each circle: that of the circle of the quarter's beginning which it grew out of, else its founder's."""
        return ids(self.people, self.circles, self.before)


def draw(view: Reading, home: Home) -> Shape:
    """Return the network of a day's view, and make the tables `knows`, `jobs`, `houses`, `worked`, `nodes`, `barred` and the view
    `introduced` on its connection. What was drawn before is opened."""
    before = circle_of(view, home)
    if view.page is None:
        return _drawn(view, view.as_of_day, before)
    basis = [view.ground, _EDITION, sorted(view.shared), view.wishes.one_circle]
    page = daybook.page(home, view.build.path, basis, shelf="networks")
    if daybook.open_page(view.connection, page, _TABLES):
        with suppress(HomeError, OSError, ValueError):
            introductions.name_known(view.connection, owner=view.owner, as_of_day=view.as_of_day)
            return _opened(view, page.folder, before)
    shape = _drawn(view, view.as_of_day, before)
    if home.writable:
        daybook.keep(view.connection, page, _TABLES, lambda folder: _write(shape, folder))
    return shape


def circle_of(view: Reading, home: Home) -> Mapping[str, str]:
    """Return the circle of everybody, by id, as it was when the quarter began; kept beside the build.

    The circles of a day are matched to these, so that none changes its id within a quarter.
    """
    return _at_beginning(view, home, _quarter(view.as_of))


def _quarter(day: date) -> date:
    """Return the first day of a day's quarter."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def laid_out(view: Reading, home: Home, shape: Shape) -> Places:
    """Return where each of `shape.people` stands on a map, float32 (n, 2), see `network.layout`; what was laid out before is opened.

    Everybody starts from where they stood when the year began, or the quarter if too few were there then: so the map keeps its face
    and still follows from the facts and the day alone. shape: as `draw` gives it for this view.
    """
    if view.page is None:
        return _laid_out(view, home, shape)
    basis = [layout.EDITION, view.ground, _EDITION, sorted(view.shared), view.wishes.one_circle]
    page = daybook.page(home, view.build.path, basis, shelf="layouts")
    kept = _kept_map(view, page)
    if kept is not None and kept[0] == list(shape.people):
        return kept[1]
    place = _laid_out(view, home, shape)
    _keep_map(view, home, page, shape.people, place)
    return place


def _laid_out(view: Reading, home: Home, shape: Shape) -> Places:
    before = np.full((len(shape.people), 2), np.nan)
    for first in sorted({view.as_of.replace(month=1, day=1), _quarter(view.as_of)}):
        stood = _map_at_beginning(view, home, first)
        for node, person in enumerate(shape.people):
            if person in stood:
                before[node] = stood[person]
        if np.sum(~np.isnan(before[:, 0])) >= _ENOUGH * len(before):
            break
    return layout.layout(shape.around, shape.circles, keys=_keys(view, shape.people), before=before)


def _map_at_beginning(view: Reading, home: Home, first: date) -> Mapping[str, NDArray[np.float32]]:
    """Return where everybody stood on the eve of a day, by id; kept beside the build."""
    day = day_number(first) - 1
    basis = [layout.EDITION, _EDITION, view.owner, day, sorted(view.shared), "undecided"]
    page = daybook.page(home, view.build.path, basis, shelf="layouts")
    kept = None if view.masked_with else _kept_map(view, page)
    if kept is None:
        # Nobody is hidden there and no two circles are one: what is decided later leaves the others in their places.
        with _nobody_hidden(view.connection):
            shape = _drawn(replace(view, wishes=replace(view.wishes, one_circle=())), day, {})
            kept = list(shape.people), layout.layout(shape.around, shape.circles, keys=_keys(view, shape.people))
        if not view.masked_with:
            _keep_map(view, home, page, *kept)
        # The tables on the connection are those of the view's own day again.
        draw(view, home)
    return dict(zip(*kept, strict=True))


@contextmanager
def _nobody_hidden(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Show whom the user hid to what is derived meanwhile."""
    hidden = [person for (person,) in connection.execute("SELECT person FROM unseen").fetchall()]
    connection.execute("DELETE FROM unseen")
    try:
        yield
    finally:
        connection.execute("INSERT INTO unseen SELECT unnest($1::VARCHAR[])", [hidden])


def _keys(view: Reading, people: Sequence[str]) -> NDArray[np.uint64]:
    """Return a number of each person; under invented names nobody can try addresses against it."""
    secret = hashlib.blake2b(view.masked_with.encode()).digest() if view.masked_with else b""
    said = [hashlib.blake2b(person.encode(), digest_size=8, key=secret).digest() for person in people]
    return np.frombuffer(b"".join(said), dtype="<u8").astype(np.uint64)


def _keep_map(view: Reading, home: Home, page: Page, people: Sequence[str], place: Places) -> None:
    def write(folder: Path) -> None:
        np.save(folder / "people.npy", np.array(people, dtype=np.str_))
        np.save(folder / "place.npy", place)

    if home.writable:
        daybook.keep(view.connection, page, {}, write)


def _kept_map(view: Reading, page: Page) -> tuple[list[str], Places] | None:
    """Return who stood where on a map that was kept, None where there is none that can be read."""
    if daybook.open_page(view.connection, page, ()):
        with suppress(OSError, ValueError):
            people, place = (np.load(page.folder / f"{name}.npy") for name in ("people", "place"))
            if place.shape == (len(people), 2) and place.dtype == np.float32:
                return people.tolist(), place
    return None


def _drawn(view: Reading, day: int, before: Mapping[str, str]) -> Shape:
    connection = view.connection
    houses.derive(connection, as_of_day=day)
    introductions.name_known(connection, owner=view.owner, as_of_day=day)
    knows.derive(connection, owner=view.owner, as_of_day=day, shared=view.shared)
    connection.execute(_NODES, {"day": day})
    people = _people(connection)
    found = connection.execute(_EDGES, {"least": _LEAST, "day": day}).fetchnumpy()
    a, b = found["a"].astype(np.int64), found["b"].astype(np.int64)
    around = graph.from_edges(a, b, found["weight"].astype(np.float64), nodes=len(people))
    # The ties of the graph stand in the order of their two nodes, from both sides.
    both = np.concatenate([np.stack([a, b], 1), np.stack([b, a], 1)]) if len(a) else np.zeros((0, 2), np.int64)
    order = np.lexsort((both[:, 1], both[:, 0]))
    since, sure = (np.tile(found[name], 2)[order] for name in ("day", "sure"))
    mine = _mine(view, day, len(people))
    return Shape(people, around, since.astype(np.int64), sure.astype(np.bool_), mine, before, view.wishes.one_circle)


def _mine(view: Reading, day: int, people: int) -> NDArray[np.float64]:
    """Return the weight of the owner's own tie to each. It moves with each word and is not kept with the rest."""
    asked = {"owner": view.owner, "day": day, "kinds": knows.DECLARED, "declared": _DECLARED, "least": _LEAST}
    own = view.connection.execute(_MINE, asked).fetchnumpy()
    mine = np.zeros(people)
    mine[own["node"].astype(np.int64)] = own["weight"]
    return mine


def _people(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [person for (person,) in connection.execute("SELECT person FROM nodes ORDER BY node").fetchall()]


def _write(shape: Shape, folder: Path) -> None:
    """Write a network into a folder, beside its tables."""
    found = shape.circles
    shape.around.write(folder / "graph")
    for name in _ARRAYS:
        np.save(folder / f"{name}.npy", getattr(shape, name))
    for name in ("home", "founders", "also"):
        np.save(folder / f"{name}.npy", getattr(found, name))
    np.save(folder / "modularity.npy", found.modularity)


def _opened(view: Reading, folder: Path, before: Mapping[str, str]) -> Shape:
    """Return a network that was written; what is large is mapped, not loaded. Raises HomeError, OSError, ValueError."""
    since, sure, home, founders, also, modularity = (
        np.load(folder / f"{name}.npy", mmap_mode="r") for name in (*_ARRAYS, "home", "founders", "also", "modularity")
    )
    around, people = graph.read(folder / "graph"), _people(view.connection)
    found = Circles(home, founders, also, float(modularity))
    mine = _mine(view, view.as_of_day, len(people))
    return Shape(people, around, since, sure, mine, before, view.wishes.one_circle, found)


def _at_beginning(view: Reading, home: Home, first: date) -> Mapping[str, str]:
    """Return the circle of everybody on the eve of a day, by id; kept beside the build."""
    day = day_number(first) - 1
    basis = [
        "circles",
        _EDITION,
        view.owner,
        day,
        sorted(view.unseen),
        sorted(view.shared),
        view.wishes.one_circle,
    ]
    name = hashlib.blake2b(json.dumps(basis).encode(), digest_size=8).hexdigest()
    if (kept := daybook.recall(view.build.path, name)) is not None:
        with suppress(ValueError, AttributeError):
            return dict(json.loads(kept).items())
    stood = _is_drawn(view.connection)
    shape = _drawn(view, day, {})
    named = shape.circle_ids
    found = {
        person: named[circle] for person, circle in zip(shape.people, shape.circles.home, strict=True) if circle >= 0
    }
    if stood:
        # Whoever holds on to the day's network finds its tables again.
        _drawn(view, view.as_of_day, {})
    if not view.masked_with:
        daybook.remember(home, view.build.path, name, json.dumps(found))
    return found


def _is_drawn(connection: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether a network's tables are on a connection already."""
    query = "SELECT count(*) FROM duckdb_tables() WHERE temporary AND table_name = 'nodes'"
    return bool(connection.execute(query).fetchall()[0][0])


def ids(people: Sequence[str], found: Circles, before: Mapping[str, str]) -> list[str]:
    """Return an id for each circle: those with most people in common go on as one, a new one is called after its founder."""
    common = Counter(
        (circle, before[person])
        for person, circle in zip(people, found.home.tolist(), strict=True)
        if circle >= 0 and person in before
    )
    named: dict[int, str] = {}
    taken: set[str] = set()
    for (circle, old), _ in sorted(common.items(), key=lambda each: (-each[1], each[0])):
        if circle not in named and old not in taken:
            named[circle] = old
            taken.add(old)
    for circle, founder in enumerate(found.founders.tolist()):
        if circle not in named:
            # Whoever founded a circle that goes on without them may found another.
            members = [people[founder], *(people[node] for node in found.members(circle))]
            free = (f"{people[founder]}-{n}" for n in count(2))
            named[circle] = next(name for name in chain(members, free) if name not in taken)
            taken.add(named[circle])
    return [named[circle] for circle in range(found.count)]
