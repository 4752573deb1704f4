"""What my reach rests on: sole doors, how far I reach, how far apart people are, how my ties grew."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from weakties.contract.people import person

if TYPE_CHECKING:
    from weakties.insight.robustness import Distances
    from weakties.reliance import Reach, Reliance, Robustness, World


def row(found: Reliance) -> dict[str, Any]:
    """Return what hangs on one person."""
    return {
        "person": person(found.person),
        "strength": found.strength,
        "alive": found.alive,
        "worlds": [_world(world) for world in found.worlds],
        "shared": [_world(world) for world in found.shared],
        "people_lost": found.only,
        "lost": [person(each) for each in found.lost],
        "leads": found.leads,
        "other_doors": found.others,
    }


def whole(found: Robustness) -> dict[str, Any]:
    """Return what is so of the network as a whole; it stands beside the rows."""
    return {
        "direct": found.direct,
        "second": found.second,
        "exposed": found.exposed,
        "organisations": [_reach(each) for each in found.by_organisation],
        "places": [_reach(each) for each in found.by_place],
        "distances": _distances(found.distances),
        "degrees": found.distances.degrees.tolist(),
        "years": [
            {"year": y.year, "in_touch": y.in_touch, "new": y.new, "alive": y.alive, "lost": y.lost}
            for y in found.years
        ],
        "circles": [{"name": name, "new": years} for name, years in found.circles],
    }


def _distances(apart: Distances) -> dict[str, Any]:
    return {
        "from_me": apart.mine.tolist(),
        "out_of_reach": apart.out_of_reach,
        "pairs": apart.others.tolist(),
        "pairs_apart": apart.apart,
        "measured_from": apart.sources,
        "mean": apart.mean if math.isfinite(apart.mean) else None,
        "within_six": apart.within(6),
    }


def _world(world: World) -> dict[str, Any]:
    return {
        "kind": world.kind,
        "name": world.name,
        "people": world.people,
        "reached": world.reached,
        "doors": world.doors,
    }


def _reach(each: Reach) -> dict[str, Any]:
    return {"name": each.name, "direct": each.direct, "second": each.second, "people": each.people}
