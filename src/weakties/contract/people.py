"""People as rows have them: one alone, one of everybody, two that may be one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from weakties.answers import Person

# What stands for the owner where a row speaks of people.
ME = "me"
_OF_A_TIE = (
    "kind",
    "strength",
    "alive",
    "value",
    "answer",
    "sent",
    "received",
    "silence",
    "mutual",
    "title",
    "machine",
)


def person(who: Person) -> dict[str, Any]:
    """Return a person as every row has it."""
    return {"id": who.id, "name": who.name, "handles": list(who.handles)}


def person_or_none(who: Person | None) -> dict[str, Any] | None:
    """Return a person likewise, None for nobody."""
    return None if who is None else person(who)


def person_or_me(who: Person | None) -> dict[str, Any]:
    """Return a person likewise; None is the owner."""
    return {"id": ME, "name": "", "handles": []} if who is None else person(who)


def row(found: Mapping[str, Any], handles: Sequence[str]) -> dict[str, Any]:
    """Return one of everybody, with the numbers of the tie, None each where there is no tie. found: as `people` finds them."""
    who = {"id": found["id"], "name": found["name"], "handles": list(handles)}
    place = found["organisation_name"] or None
    return {"person": who, "organisation": place, **{name: found[name] for name in _OF_A_TIE}}


def probable(pair: Mapping[str, Any]) -> dict[str, Any]:
    """Return a pair of handles that are probably one person, each reason a sentence. pair: as `review` finds it."""
    return {**pair, "reasons": pair["reasons"].split("\n")}
