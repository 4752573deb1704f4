"""The network, as surfaces show it: circles, ways to somebody, who stands between two, each with its people, reasons and evidence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from weakties.answers import Person, persons
from weakties.incognito import shown_id
from weakties.insight import acquaintance, intros, targets
from weakties.insight import circles as told
from weakties.insight import connectors as connecting
from weakties.insight import loose as stray
from weakties.insight.acquaintance import Acquaintance
from weakties.insight.intros import Hop, Network, Way
from weakties.insight.targets import Meant
from weakties.insight.vouches import ME
from weakties.network import paths
from weakties.network.bridges import Brokerage, brokerage
from weakties.reading import Reading
from weakties.shape import Shape
from weakties.ties.words import ago, plural

# Stands in a note before what the introducer passes on.
FORWARDING = "For forwarding:"


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle. id: stable; told: what its people share; nearest: those of my strongest ties first; middle: who stands in its
    middle."""

    id: str
    told: told.Told
    nearest: tuple[Person, ...]
    middle: Person


@dataclass(frozen=True, slots=True)
class Asking:
    """An introducer on a way: who they are, to whom they lead, and what was weighed."""

    person: Person
    hop: Hop


@dataclass(frozen=True, slots=True)
class Introduction:
    """A way to somebody: whom one asks, in their order; own: how I stand with somebody whom I know myself, in a sentence, else empty;
    note: a text to forward, made of facts."""

    target: Person
    asked: tuple[Asking, ...]
    way: Way
    own: str
    note: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked and found. meant: how the words were taken; count: how many people are meant."""

    meant: Meant
    count: int
    ways: tuple[Introduction, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """One tie on a chain between two people; known: None where it is my own, of which `own` tells."""

    a: Person | None
    b: Person | None
    known: Acquaintance | None
    own: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain between two people. people: in their order, None for me; worth: the product of its ties, less for each step."""

    people: tuple[Person | None, ...]
    links: tuple[Link, ...]
    worth: float


@dataclass(frozen=True, slots=True)
class Connector:
    """Somebody who connects worlds."""

    person: Person
    told: connecting.Connector


@dataclass(frozen=True, slots=True)
class Match:
    """Two whom I could introduce to each other."""

    a: Person
    b: Person
    told: connecting.Match


@dataclass(frozen=True, slots=True)
class Connecting:
    """Who connects. mine: of each year whom I wrote to, in how many of today's circles they live, introductions I made and those that
    took; brokerage: how much of a bridge I am now; contacts, leading: how many people I
    am in touch with, and how many of these know others, seen or said; matches: whom I could introduce to whom."""

    connectors: tuple[Connector, ...]
    mine: tuple[Mapping[str, int], ...]
    brokerage: Brokerage
    contacts: int
    leading: int
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Loose:
    """A contact of a contact, and the contacts through whom."""

    person: Person
    middles: tuple[Person, ...]
    told: stray.Loose


def connectors(view: Reading, shape: Shape, *, never: Collection[str] = ()) -> Connecting:
    """Return who connects worlds, how much of a connector I am, whom I could introduce. never: who asked not to be introduced."""
    connection, day = view.connection, view.as_of_day
    found = connecting.connectors(connection, shape.known, shape.people, shape.circles.home)
    told.name_lives(connection, shape.circles.home.tolist(), shape.circles.also.tolist())
    pairs = connecting.matches(connection, owner=view.owner, as_of_day=day, never=never)
    who = persons(view, sorted({c.person for c in found} | {p for m in pairs for p in (m.a, m.b)}))
    return Connecting(
        tuple(Connector(who[c.person], c) for c in found),
        tuple(connecting.my_years(connection, owner=view.owner, as_of_day=day)),
        brokerage(shape.whole, shape.me),
        int(np.count_nonzero(shape.mine)),
        shape.leading,
        tuple(Match(who[m.a], who[m.b], m) for m in pairs),
    )


def loose(view: Reading, shape: Shape, wanted: stray.Wanted, *, sort: stray.Sort = "both") -> list[Loose]:
    """Return the contacts of my contacts whom I was never in touch with, the best first. sort: what comes first."""
    asked_by, day = view.owner, view.as_of_day
    found = stray.loose(view.connection, shape.people, wanted, owner=asked_by, as_of_day=day, sort=sort)
    who = persons(view, sorted({one.person for one in found} | {p for one in found for p in one.middles}))
    return [Loose(who[one.person], tuple(who[p] for p in one.middles), one) for one in found]


def circles(view: Reading, shape: Shape, *, named: int = 5) -> list[Circle]:
    """Return the circles, those first in which I have most ties. named: how many of the nearest to name."""
    found = shape.circles
    told.name_lives(view.connection, found.home.tolist(), found.also.tolist())
    middles = [shape.people[node] for node in _middles(shape)]
    who = persons(view, middles)
    called = {
        circle: name for a, b, name in view.wishes.circle_names if (circle := _circle_of(shape, a, b)) is not None
    }
    rows = told.told(
        view.connection,
        [who[person].name for person in middles],
        owner=view.owner,
        as_of_day=view.as_of_day,
        called=called if not view.masked_with else None,
        named=named,
    )
    near = persons(view, sorted({person for row in rows for person in row.nearest}))
    ids = shape.circle_ids
    listed = [
        Circle(
            shown_id(ids[row.number], view.masked_with),
            row,
            tuple(near[person] for person in row.nearest),
            who[middles[row.number]],
        )
        for row in rows
    ]
    return sorted(listed, key=lambda c: (-c.told.in_touch, -c.told.people, c.id))


def _midst(shape: Shape) -> NDArray[np.float64]:
    """Return of each node how much its ties inside its own circle weigh, (n,)."""
    graph, home = shape.around, shape.circles.home
    inside = home[graph.rows] == home[graph.indices]
    weight = graph.weight[inside].astype(np.float64)
    return np.bincount(graph.rows[inside], weight, minlength=graph.nodes).astype(np.float64)


def _middles(shape: Shape) -> list[int]:
    """Return of each circle the node that stands in its middle."""
    home = shape.circles.home
    order = np.lexsort((np.arange(len(home)), -_midst(shape)))
    _, first = np.unique(home[order], return_index=True)
    return [int(node) for node in order[first] if home[node] >= 0]


def _circle_of(shape: Shape, a: str, b: str) -> int | None:
    """Return the circle in which two people live, that of the first where they live apart; None where in none."""
    homes = [int(shape.circles.home[shape.node_of[p]]) for p in (a, b) if p in shape.node_of]
    return next((home for home in homes if home >= 0), None)


def anchors(shape: Shape, number: int) -> tuple[str, str]:
    """Return two people in the midst of a circle, by whom a decision finds it again. number: of the circle."""
    living = np.flatnonzero(shape.circles.home == number)
    first, second, *_ = living[np.lexsort((living, -_midst(shape)[living]))].tolist()
    return shape.people[first], shape.people[second]


def ways(
    view: Reading,
    shape: Shape,
    text: str,
    *,
    what: targets.What | None = None,
    introducers: int = 2,
    limit: int = 5,
    purpose: str = "",
    vouched: frozenset[tuple[str, str]] = frozenset(),
) -> Asked:
    """Return ways to whom a few words mean. Raises UnknownPerson, AmbiguousPerson.

    what: as which the words are to be taken; introducers: at the most on one way; purpose: what for, in the owner's words; vouched:
    (who, for whom) by person ids, `me` for the owner.
    """
    meant = targets.meant(view.connection, text, owner=view.owner, as_of_day=view.as_of_day, what=what)
    found = introductions(
        view, shape, meant.people, introducers=introducers, limit=limit, purpose=purpose, vouched=vouched
    )
    return Asked(meant, len(meant.people), tuple(found))


def introductions(
    view: Reading,
    shape: Shape,
    people: Sequence[str],
    *,
    introducers: int = 2,
    limit: int = 5,
    purpose: str = "",
    vouched: frozenset[tuple[str, str]] = frozenset(),
) -> list[Introduction]:
    """Return ways to any of some people, as `ways` does. people: person ids."""
    found = intros.ways(
        view.connection,
        Network(shape.people, shape.node_of, shape.whole, shape.contacts, vouched),
        people,
        owner=view.owner,
        as_of_day=view.as_of_day,
        introducers=introducers,
        limit=limit,
    )
    mine = view.mine[:1]
    who = persons(view, sorted({*mine, *(w.target for w in found), *(h.person for w in found for h in w.hops)}))
    me = who.get(mine[0]) if mine else None
    listed = []
    for way in found:
        asked = tuple(Asking(who[hop.person], hop) for hop in way.hops)
        text = note(me, who[way.target], asked, purpose)
        own = intros.own_text(way.own) if way.own else ""
        listed.append(Introduction(who[way.target], asked, way, own, text))
    return listed


def owner(view: Reading) -> Person | None:
    """Return who the owner is, None where nothing shows it."""
    mine = view.mine[:1]
    return persons(view, mine).get(mine[0]) if mine else None


def note(me: Person | None, target: Person, asked: Sequence[Asking], purpose: str) -> str:
    """Return a text to send to the first introducer, which they can forward as it is: facts and the owner's own words, no more."""
    if not asked:
        return ""
    first, last = asked[0].person, asked[-1]
    own = asked[0].hop.own or {}
    lines = [f"Hello {first.name.split()[0]}," if first.name else "Hello,", ""]
    towards = target if len(asked) == 1 else asked[1].person
    lines.append(f"would you introduce me to {_described(towards)}?")
    if len(asked) > 1:
        lines.append(f"I hope to reach {_described(target)}, whom {last.person.name} knows.")
    lines += ["", FORWARDING, ""]
    lines.append(f"{_described(me) if me else 'I'} would like to get in touch with {_described(target)}.")
    lines.append(purpose.strip() or "[What it is about, in a sentence of your own.]")
    if own.get("messages"):
        since = plural(own["messages"], "message", "messages")
        lines.append(
            f"{first.name} and {me.name if me else 'I'} know each other: {since} so far, the last {ago(own['silence'])}."
        )
    return "\n".join(lines)


def introducing(to: Person, other: Person, words: Sequence[str]) -> str:
    """Return a text that asks somebody whether to introduce them to another, made of facts. words: what both write of."""
    return "\n".join(
        [
            f"Hello {to.name.split()[0]}," if to.name else "Hello,",
            "",
            f"may I introduce you to {_described(other)}?",
            *([f"You both write of {', '.join(words)}."] if words else []),
            "[Why the two of you should meet, in a sentence of your own.]",
            "",
            "If you would rather not, say so; nobody will hear of it.",
        ]
    )


def _described(person: Person) -> str:
    place = ", ".join(part for part in (person.title, person.organisation) if part)
    return f"{person.name} ({place})" if place else person.name


def between(view: Reading, shape: Shape, a: str, b: str, *, hops: int = 4, limit: int = 5) -> list[Chain]:
    """Return chains between two people, the best first, each over another first step. a, b: person ids, `me` for the owner."""
    node = {**shape.node_of, ME: shape.me}
    if a not in node or b not in node or a == b:
        return []
    found = [p for p in paths.best_paths(shape.whole, node[a], node[b], hops, limit) if not _detour(shape, p.nodes)]
    name = [*shape.people, ME]
    chains = [[name[n] for n in path.nodes] for path in found]
    steps = [(x, y) for chain in chains for x, y in pairwise(chain)]
    known = acquaintance.between(
        view.connection, [s for s in steps if ME not in s], owner=view.owner, as_of_day=view.as_of_day
    )
    own = intros.own_ties(
        view.connection,
        sorted({p for s in steps if ME in s for p in s} - {ME}),
        owner=view.owner,
        as_of_day=view.as_of_day,
    )
    who: Mapping[str, Person] = persons(view, sorted({p for chain in chains for p in chain} - {ME}))
    return [
        Chain(
            tuple(who.get(p) for p in chain),
            tuple(Link(who.get(x), who.get(y), known.get((x, y)), _own_text(own, x, y)) for x, y in pairwise(chain)),
            path.score,
        )
        for chain, path in zip(chains, found, strict=True)
    ]


def _detour(shape: Shape, nodes: Sequence[int]) -> bool:
    """Tell whether somebody on a chain knows one who comes later than the next."""
    return any(np.isin(nodes[i + 2 :], shape.whole.neighbours(node)[0]).any() for i, node in enumerate(nodes[:-2]))


def _own_text(own: Mapping[str, Mapping[str, Any]], x: str, y: str) -> str:
    mine = own.get(y if x == ME else x) if ME in (x, y) else None
    return intros.own_text(mine) if mine else ""
