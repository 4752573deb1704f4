"""What stands around every page: the pages there are, how many wait on each, the day, how the accounts do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest

from weakties.ties.words import plural
from weakties.web.served import current
from weakties.workspace.sayings import CHANNELS
from weakties.workspace.seen import OF_CIRCLES, Seen


@dataclass(frozen=True, slots=True)
class Place:
    """A page in the navigation. key: the letter after `g`; tab: whether it has room in the bar of a phone; count: how many wait
    there, None where nobody counted; due: whether they wait for a word."""

    path: str
    name: str
    icon: str
    key: str
    group: int
    tab: bool = False
    count: int | None = None
    due: bool = False


PLACES = (
    Place("/", "Today", "today", "t", 0, tab=True, due=True),
    Place("/people", "People", "people", "p", 0, tab=True),
    Place("/map", "Map", "map", "m", 0, tab=True),
    Place("/introductions", "Introductions", "intro", "i", 0, tab=True),
    Place("/circles", "Circles", "circles", "c", 1),
    Place("/connectors", "Connectors", "connectors", "b", 1),
    Place("/organisations", "Organisations", "house", "h", 1),
    Place("/loose", "Within reach", "loose", "l", 1),
    Place("/overlooked", "Overlooked", "overlooked", "o", 1),
    Place("/sources", "Sources", "sources", "s", 2),
    Place("/review", "Review", "review", "r", 2),
    Place("/score", "Score", "score", "e", 2),
    Place("/settings", "Settings", "settings", "x", 2),
)


def around(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame of a page needs, for each template; a page of people adds what it counted, by `of`."""
    return {
        "served": current(),
        "groups": groups({}),
        "here": request.path,
        "as_of": current().day,
        "channels": CHANNELS.items(),
        "part": "HX-Request" in request.headers,
    }


def minutes(request: HttpRequest) -> int:
    """Return the minutes that somebody has for a day: those she chose on this browser, else those of the settings."""
    return int(request.session.get("minutes") or current().space.settings.minutes)


def of(seen: Seen, budget: int) -> dict[str, Any]:
    """Return what the frame of a page says of a view: the day, what waits where, how the accounts do. budget: minutes of the day."""
    space, view = seen.space, seen.view
    circles = seen.known("circles", of=OF_CIRCLES)
    counts = {
        "/people": seen.once("count people", lambda: space.count_people(view=view), of=()),
        "/review": len(seen.questions),
        # These take longer, and are told of once their page was asked for.
        "/": seen.known(f"count due {budget}"),
        "/circles": None if circles is None else len(circles),
        "/overlooked": seen.known("count overlooked", of=("snoozed", "relations")),
    }
    return {"groups": groups(counts), "as_of": view.as_of, "behind": seen.behind, "accounts_say": _accounts(seen)}


def groups(counts: Mapping[str, int | None]) -> list[list[Place]]:
    """Return the places of the navigation, with how many wait on each."""
    found: dict[int, list[Place]] = {}
    for place in PLACES:
        found.setdefault(place.group, []).append(replace(place, count=counts.get(place.path)))
    return list(found.values())


def _accounts(seen: Seen) -> str:
    """Return how the live accounts do, in a sentence."""
    connected = seen.space.accounts()
    if not connected:
        return ""
    failing = [account for account, status in connected if status is not None and not status.ok]
    if failing:
        return f"{plural(len(failing), 'account asks', 'accounts ask')} for you."
    return f"{plural(len(connected), 'account is', 'accounts are')} read."
