"""Today: who deserves a word within the minutes there are, what was done already, who waits, which meetings come, what moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from weakties.answers import Person, Suggestion
from weakties.facts.days import day_of
from weakties.facts.decisions import Decision
from weakties.insight.today import took
from weakties.reading import Reading
from weakties.ties.reasons import Reason, strongest
from weakties.web import chrome
from weakties.web.draw.rhythm import Rhythm, rhythm
from weakties.web.pages import shown
from weakties.web.pages.letters import letter
from weakties.web.whole import wanted
from weakties.workspace.sayings import CHANNELS
from weakties.workspace.seen import Seen

# How many are named beside the day.
_WAITING, _NEWS, _MOVED = 5, 4, 3
# Reasons that are shown before the others.
_REASONS = 3
# What somebody may ask for, in minutes.
BUDGETS = (5, 10, 15, 20, 30, 45, 60, 90, 120)
_MOST_MINUTES = 480


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody who deserves a word. write: an address that opens a letter; most: the weight of the heaviest reason; first: the
    reasons that say most; rest: the others, and how it adds up."""

    told: Suggestion
    rhythm: Rhythm | None
    write: str
    most: float
    first: tuple[Reason, ...]
    rest: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """Somebody who was settled today. said: how, at last; minutes: what it took; undo: the number of that decision."""

    person: Person
    said: str
    minutes: int
    undo: int


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """Show the day."""
    minutes = chrome.minutes(request)

    def ask(seen: Seen) -> Mapping[str, Any]:
        return {**day(seen, minutes), **_around(seen)}

    return shown.page(request, "today.html", ask)


@require_POST
def budget(request: HttpRequest) -> HttpResponse:
    """Change the minutes of the day."""
    said = request.POST.get("minutes", "")
    request.session["minutes"] = wanted(said, 1, _MOST_MINUTES, what="number of minutes")
    return shown.back(request, "/")


def the_day(request: HttpRequest) -> HttpResponse:
    """Show the list of the day alone, after something in it was settled."""
    minutes = chrome.minutes(request)
    return shown.part(request, "day.html", lambda seen: {**day(seen, minutes), "changed": True})


def day(seen: Seen, minutes: int) -> dict[str, Any]:
    """Return the day's list: what is settled, who is left within the minutes, how much of these is used."""
    settled = _settled(seen)
    used = sum(each.minutes for each in settled)
    done = frozenset(each.person.id for each in settled)
    cards = seen.once(f"day {minutes}", lambda: _cards(seen, max(0, minutes - used), used, done))
    seen.once(f"count due {minutes}", lambda: len(cards))
    return {
        "settled": settled,
        "cards": cards,
        "used": used,
        "minutes": minutes,
        "budgets": BUDGETS,
        "more": min(minutes + 15, _MOST_MINUTES),
    }


def _cards(seen: Seen, minutes: int, used: int, done: frozenset[str]) -> list[Card]:
    """Return who is left. minutes: how many are left; used: what those took who are done."""
    space, view = seen.space, seen.view
    if not minutes:
        return []
    # Whoever was settled a moment ago may not have been counted anew yet.
    found = [s for s in space.today(minutes=minutes + used, view=view) if s.person.id not in done]
    fitting, left = [], minutes
    for suggestion in found:
        if suggestion.minutes <= left:
            fitting.append(suggestion)
            left -= suggestion.minutes
    return [_card(each, view.as_of) for each in fitting]


def _card(told: Suggestion, as_of: date) -> Card:
    drawn = rhythm(told.contact.months, as_of=as_of, name=told.person.name)
    heavy = [r for r in strongest(told.reasons) if r.weight > 0][:_REASONS]
    rest = tuple(r for r in told.reasons if r not in heavy and r.text)
    most = max((r.weight for r in heavy), default=0.0)
    return Card(told, drawn, letter(told.person, told.channel, told.opener), most, tuple(heavy), rest)


def _settled(seen: Seen) -> list[Settled]:
    """Return who was settled, in the order of the first word; of several with one the last says how, and one took minutes."""
    view = seen.view
    made = [d for d in seen.said if d.author == view.owner and _is_of(d, view)]
    ids = seen.space.person_ids([d.handle for d in made], view=view)
    who = seen.space.persons(sorted(set(ids.values())), view=view)
    kinds = seen.space.kinds(sorted(set(ids.values())), view=view)
    silences = seen.space.silences(sorted(set(ids.values())), view=view)
    found: dict[str, Settled] = {}
    for d in made:
        known = ids.get(d.handle, "")
        if (person := who.get(known)) is not None:
            minutes = took(kinds.get(known, ""), silences.get(known, 0)) if d.kind == "touch" else 0
            before = found[known].minutes if known in found else 0
            found[known] = Settled(person, _how(d), max(before, minutes), d.id)
    return list(found.values())


def _is_of(decision: Decision, view: Reading) -> bool:
    """Tell whether a decision settles somebody for the day: a word with them on it, or a snooze that was said on it."""
    if decision.kind == "touch":
        return bool(decision.value["on"] == view.as_of.isoformat())
    return (
        decision.kind == "snooze"
        and decision.value.get("on", day_of(decision.at).isoformat()) == view.as_of.isoformat()
    )


def _how(decision: Decision) -> str:
    if decision.kind == "touch":
        return f"In touch today, {CHANNELS.get(decision.value['channel'], decision.value['channel'])}."
    until = date.fromisoformat(decision.value["until"])
    return "Never named again." if until.year >= date.max.year else f"Not before {until.day} {until:%B %Y}."


def _around(seen: Seen) -> dict[str, Any]:
    """Return what stands beside the day."""
    space, view = seen.space, seen.view
    waiting = seen.waiting
    answers = seen.once("answered", lambda: space.answered(view=view), of=())[:_NEWS]
    ids = [o.person for o in waiting[:_WAITING]] + [a.person for a in answers]
    who = space.persons(ids, view=view)
    return {
        "meetings": seen.meetings,
        "waiting": [(o, who[o.person]) for o in waiting[:_WAITING]],
        "waits_for_me": sum(o.for_me for o in waiting),
        "waits_for_them": sum(not o.for_me for o in waiting),
        "answers": [(a, who[a.person]) for a in answers],
        "news": seen.news[:_NEWS],
        "moved": seen.once("moved", lambda: space.moved(view=view, limit=_MOVED), of=()),
    }
