"""Person: who they are, the four numbers with their reasons, how the tie went, whom both know, what was said and decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from weakties.about import Why
from weakties.contract import sentences
from weakties.errors import UsageError
from weakties.facts.ledger import Import
from weakties.ties.reasons import Reason
from weakties.ties.scored import OVERRULED
from weakties.web.draw.ego import Ego, Near, ego
from weakties.web.draw.rhythm import rhythm
from weakties.web.pages import shown
from weakties.web.pages.letters import letter
from weakties.web.served import current
from weakties.web.templatetags import ties
from weakties.web.whole import page_of
from weakties.workspace.sayings import a_day
from weakties.workspace.seen import Seen

# The numbers of a tie in the order in which they always stand, with what each says.
NUMBERS = (
    ("strength", "Strength", "strength", "How near the two of you are, over a long memory."),
    ("alive", "Alive", "alive", "The chance that you are in touch within the next months."),
    ("embeddedness", "Embedded", "embedded", "How much of your worlds you share."),
    ("value", "Value", "value", "What a word with them could bring that nobody nearer brings."),
)
_FACTS, _PAGE = 12, 60
# With fewer messages than this a number is told with one digit.
_FEW = 5


@dataclass(frozen=True, slots=True)
class Number:
    """One of the four. value: in force; computed: ours, where the user set another; most: the weight of the heaviest reason."""

    name: str
    title: str
    icon: str
    says: str
    value: float | None
    computed: float | None
    reasons: Sequence[Reason]
    most: float
    vague: bool
    may_set: bool


@require_GET
def person(request: HttpRequest, who: str) -> HttpResponse:
    """Show somebody. An address, a name or an older id leads to the same page."""

    def ask(seen: Seen) -> Mapping[str, Any]:
        return told(seen, seen.person_of(who))

    return shown.page(request, "person.html", ask)


@require_GET
def timeline(request: HttpRequest, who: str) -> HttpResponse:
    """Show the facts between the owner and somebody, a page at a time."""
    number = page_of(request.GET.get("page"))

    def ask(seen: Seen) -> Mapping[str, Any]:
        found, rows, total = seen.space.timeline(
            seen.person_of(who), view=seen.view, limit=_PAGE, skip=_PAGE * (number - 1)
        )
        return {"person": found, "facts": rows, "total": total, "at": number, "pages": max(1, -(-total // _PAGE))}

    return shown.page(request, "timeline.html", ask)


@require_GET
def facts(request: HttpRequest) -> HttpResponse:
    """Show what stands behind a reason: its facts, and where each stands in its source."""
    ids = request.GET.getlist("id")[:50]

    def ask(seen: Seen) -> Mapping[str, Any]:
        found = seen.space.facts(ids, view=seen.view)
        places = seen.space.origins([fact["id"] for fact in found], view=seen.view)
        records = _records(seen)
        return {
            "facts": [
                (
                    fact,
                    [
                        (place, records[place.import_id])
                        for place in places.get(fact["id"], ())
                        if place.import_id in records
                    ],
                )
                for fact in found
            ]
        }

    if request.headers.get("HX-Request"):
        return shown.part(request, "facts.html", ask)
    return shown.page(request, "facts.html", ask)


def _records(seen: Seen) -> dict[str, Import]:
    """Return the imports whose files may be named: the owner's, those that are shared with her, and none under invented names."""
    if seen.view.masked_with:
        return {}
    return {record.id: record for record in seen.space.known_imports()}


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Add somebody by hand, e.g. met at a conference."""
    shown.may_decide()
    if request.method == "GET":
        return render(request, "weakties/add.html", {"as_of": current().day})
    said = {name: request.POST.get(name, "").strip() for name in ("handle", "met", "organisation", "title", "note")}
    name, day = request.POST.get("name", "").strip(), current().day
    if not name:
        raise UsageError("Somebody needs a name.", hint="Write their name.")
    made = current().space.add_person(name, on=a_day(request.POST.get("on", "")), day=day, **said)
    # Handles of some kinds hold a stroke, which no part of an address may.
    return redirect(f"/people?q={quote(name)}" if "/" in made.handle else reverse("person", args=[made.handle]))


def told(seen: Seen, who: str) -> dict[str, Any]:
    """Return all that the page of a person says. who: their id."""
    space, view = seen.space, seen.view
    found = seen.about(who, facts=_FACTS)
    contact = space.contact([who], view=view)[who]
    circles = space.circles_of(who, drawn=seen.shape, listed=seen.circles)
    channel = contact.channel or "email"
    return {
        "why": found,
        "person": found.person,
        "numbers": _numbers(found, view.wishes.overruled.get(who, {})),
        "rhythm": rhythm(contact.months, as_of=view.as_of, name=found.person.name),
        "years": found.years[::-1],
        "facts": found.facts,
        "total": found.of_facts,
        "handles": [] if view.masked_with else found.handles,
        "oldest": space.handle_of(who, view=view),
        "circles": circles,
        "began": sentences.began(found.began, written=ties.day) if found.began else "",
        "habits": sentences.usual_answers(found.answer_hours),
        "mutual": found.mutual,
        "ego": _ego(seen, found),
        "brought": found.brought,
        "notes": [d for d in found.decisions if d.kind == "note"],
        "decisions": [d for d in found.decisions if d.kind not in ("note", "tag")],
        "tags": [d for d in found.decisions if d.kind == "tag"],
        "write": letter(found.person, channel, ""),
        "channel": channel,
    }


def _numbers(found: Why, mine: Mapping[str, float]) -> list[Number]:
    if found.tie is None:
        return []
    few = (found.tie["sent"] or 0) + (found.tie["received"] or 0) < _FEW
    numbers = []
    for name, title, icon, says in NUMBERS:
        reasons = found.reasons[name]
        # What the user just said holds at once, also where the rest is still being counted.
        own, computed = mine.get(name, found.numbers[name]), found.computed[name]
        numbers.append(
            Number(
                name,
                title,
                icon,
                says,
                own,
                computed if computed != own else None,
                reasons,
                max((abs(r.weight) for r in reasons), default=0.0),
                few and computed == own,
                name in OVERRULED,
            )
        )
    return numbers


def _ego(seen: Seen, found: Why) -> Ego | None:
    """Draw somebody between the owner and those whom both know."""
    if not found.mutual:
        return None
    space, listed = seen.space, seen.circles
    near = []
    for other, times in found.mutual:
        homes = space.circles_of(seen.person_of(other.id), drawn=seen.shape, listed=listed)
        place, circle = homes[0] if homes else (-1, None)
        near.append(Near(other, times, place, circle.told.name if circle else ""))
    due = found.rhythm is not None and found.rhythm.overdue_days > 0
    return ego(found.person.name, found.numbers, near, due=due, known=found.tie["mutual"] if found.tie else None)
