"""What comes and what is new: meetings with who takes part, news of people, how a tie began."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weakties.contract import sentences
from weakties.contract.people import person, person_or_none
from weakties.contract.today import exchange
from weakties.contract.values import day, stamp

if TYPE_CHECKING:
    from weakties.answers import Attendee, Brief, Person, Told
    from weakties.insight.beginnings import Beginning
    from weakties.insight.news import News


def meeting(found: Brief) -> dict[str, Any]:
    """Return a meeting with who takes part. duration: seconds."""
    when = found.meeting
    said = {"id": when.event, "at": stamp(when.at), "subject": when.subject, "duration": when.duration}
    return {**said, "attendees": [attendee(each) for each in found.attendees]}


def attendee(found: Attendee) -> dict[str, Any]:
    """Return somebody who takes part: the numbers, the last words, whom both know, what is new."""
    return {
        "person": person(found.person),
        **found.numbers,
        "last": exchange(found.last),
        "mutual": [person(each) for each in found.mutual],
        "news": [news(each) for each in found.news],
    }


def told(found: Told) -> dict[str, Any]:
    """Return news of somebody, with who it is."""
    return {"person": person(found.person), **news(found.news)}


def news(found: News) -> dict[str, Any]:
    """Return what is new of somebody, with the fact or the place in a file that shows it."""
    place = found.place and dict(zip(("import", "file", "offset"), found.place, strict=True))
    said = {"kind": found.kind, "day": day(found.day), "text": found.text}
    return {**said, "before": found.before, "after": found.after, "event": found.event or None, "place": place}


def began(found: tuple[Beginning, Person | None] | None) -> dict[str, Any] | None:
    """Return how a tie began, and through whom; None where nothing shows it."""
    if found is None:
        return None
    how, through = found
    said = {"how": how.how, "day": day(how.day), "subject": how.subject, "event": how.event or None}
    return {**said, "through": person_or_none(through), "text": sentences.began(found)}
