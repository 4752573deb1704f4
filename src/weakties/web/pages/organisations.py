"""Organisations: where the owner knows somebody, and one of them with its people, who came and left, and the best way in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_GET

from weakties.contract import organisations as organisations_json
from weakties.contract.sentences import moves
from weakties.errors import UnknownGroup, UsageError
from weakties.web.draw.years import years
from weakties.web.pages import listed, shown, ways
from weakties.web.pages.letters import letter
from weakties.web.pages.listed import Listed as File
from weakties.web.whole import page_of
from weakties.workplaces import Listed, Workplace
from weakties.workspace.seen import Seen

PAGE = 60
# What a form offers to see, and in which order.
SHOWN: Mapping[str, str] = {
    "": "all of them",
    "touch": "where you are in touch",
    "none": "where you are with nobody",
    "came": "where somebody came",
    "left": "where somebody left",
    "own": "where you are or were",
}
SORTS: Mapping[str, str] = {
    "touch": "In touch",
    "people": "People",
    "strength": "Strength",
    "alive": "Alive",
    "recent": "Last contact",
    "name": "Name",
}
_KEPT: Mapping[str, Callable[[Listed], bool]] = {
    "touch": lambda each: each.told.in_touch > 0,
    "none": lambda each: each.told.in_touch == 0,
    "came": lambda each: each.told.came > 0,
    "left": lambda each: each.told.went > 0,
    "own": lambda each: each.told.own,
}
_ORDERS: Mapping[str, Callable[[Listed], Any]] = {
    "people": lambda each: -each.told.people,
    "strength": lambda each: -each.told.strength,
    "alive": lambda each: -each.told.alive,
    "recent": lambda each: -(each.told.last_day if each.told.last_day is not None else -1_000_000),
    "name": lambda each: each.told.name.casefold(),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for."""

    q: str = ""
    show: str = ""
    sort: str = "touch"
    page: int = 1

    @classmethod
    def of(cls, said: QueryDict) -> Filters:
        """Return the filters of an address; what nobody knows is left out."""
        return cls(
            q=said.get("q", "").strip()[:200],
            show=said.get("show", "") if said.get("show", "") in SHOWN else "",
            sort=said.get("sort", "") if said.get("sort", "") in SORTS else "touch",
            page=page_of(said.get("page")),
        )

    def address(self, **changed: Any) -> str:
        """Return the same as an address, with these changes; the page goes back to the first."""
        own: dict[str, Any] = {"q": self.q, "show": self.show, "sort": self.sort, **changed}
        return listed.address(own, sort="touch")


def _found(seen: Seen, filters: Filters) -> list[Listed]:
    kept = _KEPT.get(filters.show)
    text = filters.q.casefold()
    found = [
        each
        for each in seen.organisations
        if (kept is None or kept(each)) and (text in each.told.name.casefold() or text in each.told.domain.casefold())
    ]
    order = _ORDERS.get(filters.sort)
    return sorted(found, key=order) if order else found


@require_GET
def organisations(request: HttpRequest) -> HttpResponse:
    """List organisations."""
    filters = Filters.of(request.GET)

    def ask(seen: Seen) -> Mapping[str, Any]:
        found = _found(seen, filters)
        return {
            **shown.paged(found, filters.page, PAGE, lambda at: f"?{filters.address(page=at)}"),
            "filters": filters,
            "all": len(seen.organisations),
            "query": filters.address(),
            "head": [(name, filters.address(sort=name)) for name in SORTS],
            "shown": SHOWN,
            "sorts": SORTS,
        }

    return shown.page(request, "organisations.html", ask)


@require_GET
def organisation(request: HttpRequest, name: str) -> HttpResponse:
    """Show one organisation, by its name, its domain or its key; words that fit several lead to the list of these."""

    def ask(seen: Seen) -> Mapping[str, Any]:
        return _told(seen, _one(seen, name))

    try:
        return shown.page(request, "organisation.html", ask)
    except UnknownGroup:
        raise
    except UsageError:
        return redirect(f"/organisations?{urlencode({'q': name})}")


def _one(seen: Seen, name: str) -> Workplace:
    return seen.space.organisation(name, view=seen.view, drawn=seen.shape)


def _told(seen: Seen, found: Workplace) -> dict[str, Any]:
    view = seen.view
    first = found.first
    return {
        "found": found,
        "told": found.told,
        "members": [member for member in found.members if member.tenure.now],
        "former": [member for member in found.members if not member.tenure.now],
        "moves": moves(found),
        "years": _years(seen, found),
        "first": first,
        "write": letter(first.person, "email", "") if first and not view.masked_with else "",
        "way": ways.shown(seen, [found.way])[0] if found.way else None,
        "as_of_day": view.as_of_day,
    }


def _years(seen: Seen, found: Workplace) -> dict[str, Any] | None:
    """Return how much was written with people of an organisation, year by year; of those who left, too."""
    ids = [member.tenure.person for member in found.members if member.tenure.in_touch]
    if not ids:
        return None
    sent: Counter[int] = Counter()
    received: Counter[int] = Counter()
    for contact in seen.space.contact(ids, view=seen.view).values():
        for month, out, back in contact.months:
            sent[month // 12] += out
            received[month // 12] += back
    rows = [(year, (sent[year], received[year])) for year in sorted({*sent, *received})]
    drawn = years(rows, f"Messages with people of {found.told.name}, a year, from you")
    return {"drawn": drawn, "rows": rows} if drawn else None


def rows(request: HttpRequest, seen: Seen) -> File:
    """Return the organisations of the view as rows."""
    return File("org", [organisations_json.row(each) for each in _found(seen, Filters.of(request.GET))])


def member_rows(request: HttpRequest, seen: Seen) -> File:
    """Return the people of one organisation as rows. Raises UsageError."""
    name = request.GET.get("name", "").strip()
    if not name:
        raise UsageError("No organisation is named.", hint="Name one: ?name=acme.example")
    found = _one(seen, name)
    members: Sequence[dict[str, Any]] = [organisations_json.member(member) for member in found.members]
    return File("org", members, {"organisation": organisations_json.organisation(found)})


PATHS = [
    path("organisations", organisations, name="organisations"),
    *listed.routes("organisations", rows),
    *listed.routes("organisation", member_rows),
    path("organisations/<path:name>", organisation, name="organisation"),
]
