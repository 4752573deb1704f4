"""Sentences that every surface says the same way: some stand in the JSON as well, none knows a terminal or a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from weakties.contract.values import day, stamp
from weakties.ties.words import hours, plural

if TYPE_CHECKING:
    from weakties.answers import Person
    from weakties.facts.accounts import Status
    from weakties.insight.acquaintance import Acquaintance
    from weakties.insight.beginnings import Beginning
    from weakties.insight.openers import Exchange
    from weakties.network.bridges import Brokerage
    from weakties.reliance import Reliance
    from weakties.workplaces import Member, Workplace

# The groups of those who are overlooked, in the order in which they are shown.
OVERLOOKED: Mapping[str, str] = {
    "friends": "Close in private, on no business network",
    "family": "Relatives, on no business network",
    "became-friends": "Began at work, friends by now",
    "fell-out": "Of an employer you left, silent since",
}

# From which part of one's contacts on most, or about half, do not lead to the same; below which constraint one is free, or held
# a little. Set by hand: Burt's numbers order people and have no thresholds of their own.
_APART, _HALF = 0.7, 0.4
_FREE, _HELD = 0.15, 0.4


def shown(handle: str) -> str:
    """Return a handle as a person reads it: without its kind, and without the place of one added by hand."""
    return handle.partition(":")[2].removesuffix("@hand")


def began(found: tuple[Beginning, Person | None], *, written: Callable[[int], str] = day) -> str:
    """Return in one sentence how a tie began. found: how, and through whom; written: writes a day, of days since 1970."""
    how, through = found
    on, whom = written(how.day), through.name if through else ""
    about = f" “{how.subject}”" if how.subject else ""
    match how.how:
        case "introduced":
            return f"Introduced by {whom or 'somebody'} on {on}."
        case "meeting":
            return f"Met at{about or ' a meeting'} on {on}."
        case "connected":
            return f"Connected on {on}."
        case "thread":
            return f"Met in{about or ' a conversation'}, opened by {whom or 'somebody'} on {on}."
        case "wrote":
            return f"{'You' if how.direction == 'out' else 'They'} wrote first, on {on}{f':{about}' if about else ''}."


def last_words(last: Exchange | None, *, written: Callable[[int], str] = lambda at: stamp(at)[:10]) -> str:
    """Return who wrote last, of what and when; None where nobody wrote. written: writes a day, of seconds UTC."""
    if last is None:
        return "You have not written to each other yet."
    wrote = "you wrote" if last.direction == "out" else "they wrote"
    about = f" “{last.subject}”" if last.subject else ""
    return f"Last words: {wrote}{about} on {written(last.at)}."


def usual_answers(answer_hours: Mapping[str, float | None]) -> list[str]:
    """Return how soon each of the two usually answers, e.g. `they usually answer within 3 h`, without those who never did.

    answer_hours: the median time that `they` and `me` take.
    """
    return [
        f"{who} usually answer within {hours(taken)}"
        for who, taken in (("they", answer_hours.get("they")), ("you", answer_hours.get("me")))
        if taken is not None
    ]


def how_synced(status: Status | None) -> str:
    """Return how the last sync of an account went; None where there was none."""
    return status.said if status else "not read yet."


def how_known(known: Acquaintance) -> str:
    """Return how it is known that two people know each other: `Seen`, `Said`, `Inferred, 70% sure`."""
    return {"seen": "Seen", "said": "Said", "inferred": f"Inferred, {known.confidence:.0%} sure"}[known.how]


def without(row: Reliance) -> str:
    """Return what would go with a person."""
    gone = []
    if row.only:
        named = ", ".join(person.name for person in row.lost)
        more = f" and {row.only - len(row.lost)} more" if row.only > len(row.lost) else ""
        gone.append(f"lose the way to {plural(row.only, 'person', 'people')}: {named}{more}")
    if row.worlds:
        gone.append(f"reach nobody of {', '.join(world.name for world in row.worlds)}")
    if not gone:
        return f"Without {row.person.name} you would reach everybody else whom you reach now."
    return f"Without {row.person.name} you would {'; you would '.join(gone)}."


def brokerage(found: Brokerage) -> list[str]:
    """Return how much of a bridge somebody is, in words: what their contacts have of each other, and how much holds them."""
    if not found.contacts:
        return []
    part = found.effective_size / found.contacts
    apart = "Most" if part >= _APART else "About half" if part >= _HALF else "Few"
    many = plural(found.contacts, "contact", "contacts")
    alone = f"{found.effective_size:,.0f} who do not know each other"
    said = [f"{apart} of your {many} lead where the others do not: together they are worth {alone}."]
    if found.constraint < _FREE:
        said.append("Hardly anything holds you: no group and no person takes most of your ties.")
    elif found.constraint < _HELD:
        said.append("Something holds you: a good part of your ties lie with people who know each other.")
    else:
        said.append("Much holds you: most of your ties lie in one group, or with one person.")
    return said


def moves(found: Workplace) -> list[str]:
    """Return who came to an organisation and who left it within two years, a sentence each kind."""
    came = [_came(member) for member in found.members if member.tenure.came]
    went = [_went(member) for member in found.members if member.tenure.went]
    return [f"{what}: {', '.join(some)}." for what, some in (("Came lately", came), ("Left lately", went)) if some]


def _came(member: Member) -> str:
    return member.person.name + (f" (from {member.tenure.came_from})" if member.tenure.came_from else "")


def _went(member: Member) -> str:
    return member.person.name + (f" (to {member.tenure.gone_to})" if member.tenure.gone_to else "")
