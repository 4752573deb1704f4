"""What the user says of somebody: each form is one decision, told in a sentence, and taken back by one press."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from weakties.errors import UsageError
from weakties.facts import handles
from weakties.facts.decisions import Decision
from weakties.web.pages import shown, today
from weakties.web.pages.whole import wanted, whole
from weakties.web.served import current

# What a contact may have been through.
CHANNELS = ("email", "call", "in-person", "meeting", "video", "sms", "whatsapp", "linkedin", "slack")
MOST_DAYS = 3_650

# A way to decide: the handle, what the form said, the day; it returns the decision and a sentence with a place for the name.
Way = Callable[[str, Mapping[str, str], date], tuple[Decision, str]]


@require_POST
def decide(request: HttpRequest, who: str, kind: str) -> HttpResponse:
    """Write down what a form says of somebody, and lead back to where it stood."""
    shown.may_decide()
    way = WAYS.get(kind)
    if way is None:
        raise UsageError(
            f"There is nothing called {kind} to decide of somebody.", hint=f"There are: {', '.join(WAYS)}."
        )
    with current().view() as seen:
        person = seen.person_of(who)
        name = seen.space.persons([person], view=seen.view)[person].name
        handle = seen.space.handle_of(person, view=seen.view)
        day = seen.view.as_of
    made, said = way(handle, request.POST.dict(), day)
    messages.success(request, said.format(name=name), extra_tags=str(made.id))
    return _answer(request, f"/people/{who}")


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take decisions back, by their numbers."""
    numbers = [n for said in request.POST.get("numbers", "").split() if (n := whole(said, 1)) is not None]
    if not numbers:
        raise UsageError("No decision is named.", hint="Press undo beside one.")
    for number in reversed(numbers):
        current().space.undo(number)
    messages.info(request, "Taken back.")
    return _answer(request, "/")


def _answer(request: HttpRequest, otherwise: str) -> HttpResponse:
    """Return the part of the page that changed, where the day asks for it; else lead back."""
    if request.headers.get("HX-Target") == "day":
        return today.the_day(request)
    return shown.back(request, otherwise)


def _touch(handle: str, said: Mapping[str, str], day: date) -> tuple[Decision, str]:
    channel = said.get("channel") or "email"
    if channel not in CHANNELS:
        raise UsageError(f"{channel} is no channel.", hint=f"Choose one of {', '.join(CHANNELS)}.")
    on = _a_day(said["on"]) if said.get("on") else day
    if on > day:
        raise UsageError(f"{on} is yet to come.", hint="Say when you were in touch.")
    return current().space.decide("touch", handle, on=on.isoformat(), channel=channel), "In touch with {name}."


def _snooze(handle: str, said: Mapping[str, str], day: date) -> tuple[Decision, str]:
    until = day + timedelta(days=wanted(said.get("days") or "30", 1, MOST_DAYS, what="number of days"))
    made = current().space.decide("snooze", handle, until=until.isoformat(), on=day.isoformat())
    return made, f"{{name}} is not named before {until.day} {until:%B %Y}."


def _never(handle: str, said: Mapping[str, str], day: date) -> tuple[Decision, str]:
    del said
    made = current().space.decide("snooze", handle, until=date.max.isoformat(), on=day.isoformat())
    return made, "{name} is not named in Today again."


def _cadence(handle: str, said: Mapping[str, str], day: date) -> tuple[Decision, str]:
    del day
    days = wanted(said.get("days", ""), 0, MOST_DAYS, what="number of days")
    made = current().space.decide("cadence", handle, days=days)
    return made, f"A word with {{name}} every {days} days." if days else "No cadence for {name}."


def _text(kind: str, field: str, sentence: str) -> Way:
    def way(handle: str, said: Mapping[str, str], day: date) -> tuple[Decision, str]:
        del day
        text = said.get(field, "").strip()
        if not text:
            raise UsageError(f"The {kind} is empty.", hint="Write something first.")
        space = current().space
        if kind == "note":
            return space.decide("note", handle, text=text), sentence
        if kind == "tag":
            return space.decide("tag", handle, tag=text), sentence
        return space.decide("relation", handle, relation=text), sentence

    return way


def _hide(handle: str, said: Mapping[str, str], day: date) -> tuple[Decision, str]:
    del said, day
    return current().space.decide("hide", handle), "{name} is hidden."


def _overrule(handle: str, said: Mapping[str, str], day: date) -> tuple[Decision, str]:
    del day
    number, value = said.get("number", ""), said.get("value", "").replace(",", ".")
    if number not in ("strength", "alive", "value"):
        raise UsageError(f"{number or 'That'} cannot be overruled.", hint="Strength, alive and value can.")
    try:
        wanted = float(value)
    except ValueError:
        wanted = -1.0
    if not 0 <= wanted <= 1:
        raise UsageError(f"{value!r} is no number between 0 and 1.", hint="Write it as 0.4.")
    made = current().space.decide("overrule", handle, number=number, value=wanted)
    return made, f"{number.capitalize()} of {{name}} is {wanted:.2f} now."


def _join(kind: str) -> Way:
    def way(handle: str, said: Mapping[str, str], day: date) -> tuple[Decision, str]:
        del day
        text = said.get("other", "").strip()
        other = handles.parse(text) or (current().space.handle_meant(text) if text else None)
        if other is None:
            raise UsageError("Nobody else is named.", hint="Give an address, or a name that fits one person.")
        if other == handle:
            raise UsageError("That is the same one.", hint="Name another.")
        space = current().space
        if kind == "merge":
            return space.decide("merge", handle, other=other), "{name} and " + _braced(
                handles.value(other)
            ) + " are one person."
        return space.decide("split", handle, other=other), "{name} and " + _braced(
            handles.value(other)
        ) + " are two people."

    return way


def _outcome(handle: str, said: Mapping[str, str], day: date) -> tuple[Decision, str]:
    what = said.get("what", "").strip()
    if not what:
        raise UsageError("Say what came through them.", hint="A customer, a position, a friend.")
    on = _a_day(said["on"]) if said.get("on") else day
    return current().space.decide("outcome", handle, what=what, on=on.isoformat()), "Noted what came through {name}."


def _human(handle: str, said: Mapping[str, str], day: date) -> tuple[Decision, str]:
    del said, day
    return current().space.decide("human", handle), "{name} is a person."


def _braced(text: str) -> str:
    """Return a text that `format` leaves as it is."""
    return text.replace("{", "{{").replace("}", "}}")


def _a_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no day.", hint="Write it as 2026-03-01.") from error


WAYS: Mapping[str, Way] = {
    "touch": _touch,
    "snooze": _snooze,
    "never": _never,
    "cadence": _cadence,
    "note": _text("note", "text", "Noted on {name}."),
    "tag": _text("tag", "tag", "{name} has a tag more."),
    "relation": _text("relation", "relation", "Noted what {name} is to you."),
    "hide": _hide,
    "overrule": _overrule,
    "merge": _join("merge"),
    "split": _join("split"),
    "outcome": _outcome,
    "human": _human,
}
