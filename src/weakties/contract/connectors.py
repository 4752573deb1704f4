"""Who connects worlds, whom I could introduce to whom, who stands one step away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from weakties.contract.people import person
from weakties.contract.values import day, day_or_none

if TYPE_CHECKING:
    from weakties.reach import Connecting, Connector, Loose, Match


def connector(found: Connector) -> dict[str, Any]:
    """Return somebody who connects others: introductions seen, people and circles known to them."""
    told = found.told
    return {
        "person": person(found.person),
        "score": told.score,
        "introductions": {"made": told.made, "took": told.took, "last": day_or_none(told.last_day)},
        "people": told.people,
        "circles": told.worlds,
        "effective_circles": told.spread,
        "constraint": None if told.people == 0 else told.constraint,
        "effective_size": told.size,
        "reasons": [r.as_json() for r in told.reasons],
    }


def mine(found: Connecting) -> dict[str, Any]:
    """Return how much of a connector I am: year by year, and by the two numbers of Burt."""
    return {
        "years": [dict(year) for year in found.mine],
        "constraint": None if found.brokerage.contacts == 0 else found.brokerage.constraint,
        "effective_size": found.brokerage.effective_size,
    }


def match(found: Match, *, masked: bool) -> dict[str, Any]:
    """Return two strangers whom I could introduce. masked: leave out the words that both write, which could name somebody."""
    return {
        "people": [person(found.a), person(found.b)],
        "words": [] if masked else list(found.told.words),
        "score": found.told.score,
    }


def loose(found: Loose) -> dict[str, Any]:
    """Return a contact of my contacts: through whom, where they were seen, how likely we come into touch."""
    told = found.told
    return {
        "person": person(found.person),
        "title": told.title,
        "organisation": told.house or found.person.organisation,
        "place": told.place,
        "worth": told.worth,
        "likely": {"place": told.rank[0], "among": told.rank[1]},
        "score": told.score,
        "through": [person(p) for p in found.middles],
        "shared": told.shared,
        "seen_at": _seen(told.seen_at) if told.seen_at else None,
        "reasons": [r.as_json() for r in told.reasons],
    }


def _seen(at: Mapping[str, Any]) -> dict[str, Any]:
    said = {"id": at["event"], "channel": at["channel"], "subject": at["subject"]}
    return {**said, "heard": at["heard"], "on": day(at["day"])}
