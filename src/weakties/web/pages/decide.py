"""What the user says of somebody: each form is one decision, told in a sentence, and taken back by one press."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from weakties.errors import UsageError
from weakties.facts.decisions import Decision
from weakties.facts.handles import value
from weakties.web.pages import shown, today
from weakties.web.served import current
from weakties.web.whole import wanted, whole
from weakties.workspace.decided import Done
from weakties.workspace.sayings import MOST_DAYS, Said, a_day

# Under which name a form sends the words of a kind.
_TEXT: Mapping[str, str] = {"note": "text", "tag": "tag", "relation": "relation", "outcome": "what"}


@require_POST
def decide(request: HttpRequest, who: str, kind: str) -> HttpResponse:
    """Write down what a form says of somebody, and lead back to where it stood."""
    said = _said(kind, request.POST.dict())
    with current().view() as seen:
        done = seen.space.say([seen.person_of(who)], said, view=seen.view)
    messages.success(request, _told(done, said.kind), extra_tags=numbers(done.made))
    return _answer(request, f"/people/{who}")


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take decisions back, by their numbers."""
    named = [n for said in request.POST.get("numbers", "").split() if (n := whole(said, 1)) is not None]
    if not named:
        raise UsageError("No decision is named.", hint="Press undo beside one.")
    current().space.undo_all(list(dict.fromkeys(reversed(named))))
    messages.info(request, "Taken back.")
    return _answer(request, "/")


def numbers(made: Sequence[Decision]) -> str:
    """Return the numbers of decisions as the form that takes them back sends them."""
    return " ".join(str(d.id) for d in made)


def of_two(done: Done) -> str:
    """Say what becomes of what was decided of two: not everything that is said can hold at once. Empty where all of it holds."""
    said = []
    if done.unheeded:
        are = "stay two people" if done.unheeded[0].kind == "merge" else "stay one person"
        them = "They" if len(done.made) == 1 else f"{len(done.unheeded):,} of them"
        said.append(f"{them} {are}, though: something else that was said speaks against it.")
    for other in done.gave_way:
        word = "one person" if other.kind == "merge" else "two people"
        said.append(f"That {value(other.handle)} and {value(other.other)} are {word} does not hold any more.")
    return " ".join(said)


def _answer(request: HttpRequest, otherwise: str) -> HttpResponse:
    """Return the part of the page that changed, where the day asks for it; else lead back."""
    if request.headers.get("HX-Target") == "day":
        return today.the_day(request)
    return shown.back(request, otherwise)


def _said(kind: str, form: Mapping[str, str]) -> Said:
    """Take apart what a form says. Raises UsageError."""
    days = form.get("days", "").strip()
    try:
        number = float(form.get("value", "").replace(",", "."))
    except ValueError:
        number = -1.0
    return Said(
        kind=kind,
        channel=form.get("channel", ""),
        on=a_day(form.get("on", "")),
        days=wanted(days, 0, MOST_DAYS, what="number of days") if days else None,
        text=form.get(_TEXT.get(kind, ""), ""),
        number=form.get("number", ""),
        value=number,
        other=form.get("other", ""),
    )


def _told(done: Done, kind: str) -> str:
    """Say what was decided of one."""
    (name,), (made,) = done.names, done.made
    match kind:
        case "touch":
            return f"In touch with {name}."
        case "snooze":
            until = date.fromisoformat(made.value["until"])
            return f"{name} is not named before {until.day} {until:%B %Y}."
        case "never":
            return f"{name} is not named in Today again."
        case "cadence":
            days = made.value["days"]
            return f"A word with {name} every {days} days." if days else f"No cadence for {name}."
        case "note":
            return f"Noted on {name}."
        case "tag":
            return f"{name} has a tag more."
        case "relation":
            return f"{name} is {made.value['relation'].replace('-', ' ')} to you."
        case "hide":
            return f"{name} is hidden."
        case "overrule":
            return f"{made.value['number'].capitalize()} of {name} is {made.value['value']:.2f} now."
        case "outcome":
            return f"Noted what came through {name}."
        case "merge" | "split":
            are = "one person" if kind == "merge" else "two people"
            return f"{name} and {value(made.other)} are {are}. {of_two(done)}".rstrip()
        case _:
            return f"{name} is {'a person' if kind == 'human' else 'set aside as a machine'}."
