"""Circles: the worlds that people live in, one of them from inside; what they are called and which are one is the user's to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from weakties.contract import network as network_json
from weakties.errors import UnknownGroup, UsageError
from weakties.incognito import shown_id
from weakties.network.mutual import embeddedness
from weakties.reach import Circle
from weakties.web.draw.circle import circle as drawing
from weakties.web.pages import listed, shown
from weakties.web.pages.listed import Listed
from weakties.web.served import current
from weakties.workspace.seen import OF_CIRCLES, Seen

# People of a circle on its own page, and circles next to it.
_PEOPLE, _NEAREST = 25, 6
# After what a circle is called, as a page says it.
NAMED_BY: Mapping[str, str] = {
    "you": "you",
    "organisation": "where they work",
    "gathering": "where they meet",
    "place": "where they are",
    "words": "what they write of",
    "subject": "what they write of",
    "person": "who stands in its middle",
}
_LONGEST = 80


@require_GET
def circles(request: HttpRequest) -> HttpResponse:
    """List the circles."""

    def ask(seen: Seen) -> Mapping[str, Any]:
        found = seen.circles
        return {"circles": found, "named_by": NAMED_BY, "people": sum(c.told.people for c in found)}

    return shown.page(request, "circles.html", ask)


@require_GET
def circle(request: HttpRequest, which: str) -> HttpResponse:
    """Show one circle."""

    def ask(seen: Seen) -> Mapping[str, Any]:
        place, found = _of(seen, which)
        inside = seen.once(
            f"inside {found.id}", lambda: seen.space.inside(found, view=seen.view, drawn=seen.shape), of=OF_CIRCLES
        )
        rows = _people(seen, inside.ids)
        places = {c.told.number: (at, c) for at, c in enumerate(seen.circles)}
        return {
            "place": place,
            "circle": found,
            "others": [c for c in seen.circles if c.id != found.id],
            "named_by": NAMED_BY,
            "drawn": drawing(inside, name=found.told.name),
            "middle": found.middle,
            "inside": inside,
            "rows": rows[:_PEOPLE],
            "more": max(0, len(rows) - _PEOPLE),
            "nearest": [(*places[number], ties) for number, ties in inside.nearest if number in places][:_NEAREST],
        }

    return shown.page(request, "circle.html", ask)


def _of(seen: Seen, which: str) -> tuple[int, Circle]:
    """Return a circle by its id, with its place in the list. Raises UnknownGroup."""
    for place, found in enumerate(seen.circles):
        if found.id == which:
            return place, found
    raise UnknownGroup(
        "This circle is here no more.", hint="Circles change as people do; the list says which there are."
    )


def _people(seen: Seen, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return the people of a circle with the four numbers, the strongest ties first."""
    found = seen.directory.rows_of(ids)
    for row in found:
        row["id"] = shown_id(row["person"], seen.view.masked_with)
        row["embeddedness"] = embeddedness(row["mutual"] or 0) if row["strength"] is not None else None
    return sorted(found, key=lambda row: -(row["strength"] or 0.0))


@require_POST
def rename(request: HttpRequest, which: str) -> HttpResponse:
    """Call a circle otherwise."""
    name = " ".join(request.POST.get("name", "").split())[:_LONGEST]
    if not name:
        raise UsageError("A circle needs a name.", hint="Say what its people share.")
    with current().view() as seen:
        _, found = _of(seen, which)
        made = seen.space.rename_circle(found.id, name, view=seen.view, drawn=seen.shape)
    messages.success(request, f"{found.told.name} is called {name}.", extra_tags=str(made.id))
    return shown.back(request, "/circles")


@require_POST
def merge(request: HttpRequest) -> HttpResponse:
    """Say that two circles are one."""
    with current().view() as seen:
        (_, one), (_, other) = (_of(seen, request.POST.get(name, "")) for name in ("one", "other"))
        made = seen.space.merge_circles(one.id, other.id, view=seen.view, drawn=seen.shape)
    said = f"{one.told.name} and {other.told.name} are one circle."
    messages.success(request, said, extra_tags=str(made.id))
    return shown.back(request, "/circles")


def rows(request: HttpRequest, seen: Seen) -> Listed:
    """Return the circles as rows."""
    del request
    return Listed("circles", [network_json.circle(found) for found in seen.circles])


PATHS = [
    path("circles", circles, name="circles"),
    *listed.routes("circles", rows),
    path("circles/merge", merge, name="merge-circles"),
    path("circles/<str:which>", circle, name="circle"),
    path("circles/<str:which>/rename", rename, name="rename-circle"),
]
