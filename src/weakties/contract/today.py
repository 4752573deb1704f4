"""Who deserves a word today, and which conversations wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weakties.contract.people import person
from weakties.contract.values import stamp

if TYPE_CHECKING:
    from weakties.answers import Person, Suggestion
    from weakties.insight.openers import Exchange
    from weakties.insight.waiting import Open


def suggestion(found: Suggestion) -> dict[str, Any]:
    """Return somebody who deserves a word: why, through which channel, with which opener."""
    return {
        "person": person(found.person),
        "worth": found.worth,
        "headline": found.headline,
        "kind": found.kind,
        **found.numbers,
        "minutes": found.minutes,
        "channel": found.channel,
        "opener": found.opener,
        "last": exchange(found.last),
        "reasons": [reason.as_json() for reason in found.reasons],
    }


def exchange(last: Exchange | None) -> dict[str, Any] | None:
    """Return the last words between two, None where there were none."""
    if last is None:
        return None
    return {"id": last.event, "at": stamp(last.at), "direction": last.direction, "subject": last.subject}


def waiting(found: Open, who: Person) -> dict[str, Any]:
    """Return a conversation that waits, for me or for them. who: with whom."""
    return {
        "person": person(who),
        "waits": "me" if found.for_me else "them",
        "id": found.event,
        "at": stamp(found.at),
        "days": found.days,
        "subject": found.subject,
    }
