"""Who vouches for whom, and who is overlooked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weakties.contract.opened import place
from weakties.contract.people import person, person_or_me
from weakties.contract.values import day, day_or_none

if TYPE_CHECKING:
    from weakties.regard import Overlooked, Vouching


def vouching(found: Vouching) -> dict[str, Any]:
    """Return who vouches for whom, for what, and what shows it."""
    told = found.told
    return {
        "who": person_or_me(found.who),
        "whom": person_or_me(found.whom),
        "for": told.what,
        "how": told.kind,
        "since": day(told.since),
        "until": day_or_none(told.until),
        "consented": told.consented,
        "decision": told.number,
        "text": found.text,
        "evidence": list(told.events),
        "origins": [place(each) for each in told.places],
    }


def overlooked(found: Overlooked) -> dict[str, Any]:
    """Return somebody who is overlooked, with the one step to take."""
    told = found.told
    return {
        "person": person(found.person),
        "group": told.group,
        "worth": told.worth,
        "text": told.text,
        "step": told.step,
        "channel": told.channel,
        "evidence": list(told.evidence),
    }
