"""The shape of the network: circles, ways to somebody, chains between two, the network as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from weakties.contract.people import person, person_or_me
from weakties.errors import WeaktiesError

if TYPE_CHECKING:
    from weakties.insight.acquaintance import Acquaintance
    from weakties.reach import Asked, Asking, Chain, Circle


def circle(found: Circle) -> dict[str, Any]:
    """Return a circle: who is in it, what those have in common, who is in its middle and nearest to me."""
    told = found.told
    shared = {"houses": told.houses, "places": told.places, "gatherings": told.gatherings}
    return {
        "id": found.id,
        "name": told.name,
        "named_by": told.named_by,
        "people": told.people,
        "in_touch": told.in_touch,
        "strong": told.strong,
        "alive": told.alive,
        **{what: [{"name": name, "people": count} for name, count in some] for what, some in shared.items()},
        "words": list(told.words),
        "middle": person(found.middle),
        "nearest": [person(p) for p in found.nearest],
    }


def ways(asked: str, found: Asked | WeaktiesError) -> list[dict[str, Any]]:
    """Return the ways to a target, the best first; where it could not be asked for, one row that says why.

    asked: the target in the words of whoever asks.
    """
    if isinstance(found, WeaktiesError):
        return [{"asked": asked, "error": str(found), "hint": found.hint}]
    return [
        {
            "asked": asked,
            "meant": found.meant.what,
            "target": person(way.target),
            "direct": not way.asked,
            "worth": way.way.worth,
            "hops": [_hop(asking) for asking in way.asked],
            "note": way.note,
        }
        for way in found.ways
    ]


def _hop(asking: Asking) -> dict[str, Any]:
    hop = asking.hop
    return {
        "person": person(asking.person),
        "score": hop.score,
        "reasons": [r.as_json() for r in hop.reasons],
        "knows": acquaintance(hop.known),
    }


def acquaintance(known: Acquaintance | None) -> dict[str, Any] | None:
    """Return how it is known that two people know each other; None for a tie of my own."""
    if known is None:
        return None
    return {
        "how": known.how,
        "confidence": known.confidence,
        "contact": known.contact,
        "reasons": [r.as_json() for r in known.reasons],
    }


def chain(found: Chain) -> dict[str, Any]:
    """Return a chain of people between two, and how each tie of it is known."""
    people = [person_or_me(each) for each in found.people]
    return {"people": people, "worth": found.worth, "ties": [acquaintance(link.known) for link in found.links]}


def files(paths: Sequence[str]) -> list[dict[str, Any]]:
    """Return the files into which the network was written, a row each."""
    return [{"path": path} for path in paths]
