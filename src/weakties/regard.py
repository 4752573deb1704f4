"""Who vouches for whom, as surfaces show them: each with people, what shows it and its evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace

from weakties.answers import Person, persons
from weakties.insight import vouches as vouching
from weakties.reading import Reading


@dataclass(frozen=True, slots=True)
class Vouching:
    """Somebody vouches for somebody. who, whom: None for the owner; text: what shows it, in a sentence."""

    who: Person | None
    whom: Person | None
    told: vouching.Vouch
    text: str


def raising(view: Reading) -> frozenset[tuple[str, str]]:
    """Return (who, for whom) by person ids, `me` for the owner: what makes ways to somebody better on that day."""
    return vouching.raising(_vouches(view, expired=False))


def vouches(view: Reading, *, about: str = "", expired: bool = False) -> list[Vouching]:
    """Return who vouches for whom. about: only of this person, by id, `me` for the owner; expired: also what has ended."""
    found = [v for v in _vouches(view, expired=expired) if about in ("", v.who, v.whom)]
    who = persons(view, sorted({p for v in found for p in (v.who, v.whom)} - {vouching.ME}))
    told = []
    for one in found:
        # What the owner wrote may name somebody.
        shown = replace(one, what="") if view.masked_with and not one.observed else one
        told.append(Vouching(who.get(one.who), who.get(one.whom), shown, vouching.text(one)))
    return told


def _vouches(view: Reading, *, expired: bool) -> list[vouching.Vouch]:
    return vouching.vouches(
        view.connection, view.wishes.vouches, owner=view.owner, as_of_day=view.as_of_day, expired=expired
    )
