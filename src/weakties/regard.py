"""Who vouches for whom, and who is overlooked, as surfaces show them: each with people, what shows it and its evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace

from weakties.answers import Person, persons
from weakties.insight import overlooked as unseen
from weakties.insight import vouches as vouching
from weakties.network import houses
from weakties.reading import Reading


@dataclass(frozen=True, slots=True)
class Vouching:
    """Somebody vouches for somebody. who, whom: None for the owner; text: what shows it, in a sentence."""

    who: Person | None
    whom: Person | None
    told: vouching.Vouch
    text: str


@dataclass(frozen=True, slots=True)
class Overlooked:
    """Somebody overlooked: why, and what to do."""

    person: Person
    told: unseen.Overlooked


@dataclass(frozen=True, slots=True)
class Overlooking:
    """The overlooked, group by group. left_out: which groups cannot be told, and what is missing, in a sentence; else empty."""

    rows: tuple[Overlooked, ...]
    left_out: str = ""


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
        view.connection,
        view.wishes.vouches,
        owner=view.owner,
        as_of_day=view.as_of_day,
        shared=view.shared,
        expired=expired,
    )


def overlooked(view: Reading) -> Overlooking:
    """Return the overlooked of a day."""
    connection, day = view.connection, view.as_of_day
    houses.derive(connection, as_of_day=day)
    found = unseen.overlooked(connection, owner=view.owner, as_of_day=day, relations=view.wishes.relations)
    who = persons(view, sorted({one.person for one in found}))
    missing = (
        ""
        if unseen.has_network(connection)
        else "Friends and family who are on no business network cannot be told: no export of one was imported."
    )
    return Overlooking(tuple(Overlooked(who[one.person], one) for one in found), missing)
