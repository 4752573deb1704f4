"""Map: the whole network. The server draws the circles at once; the people and their ties follow as a stream and are drawn in the
browser. What the drawing shows stands as tables below it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import numpy as np
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from weakties.answers import Person
from weakties.errors import UsageError
from weakties.panorama import KINDS, WHOM, Panorama, Whom
from weakties.reach import Circle
from weakties.ties.words import plural
from weakties.web.draw.columns import Packed, packed
from weakties.web.draw.overview import Overview, overview
from weakties.web.pages import shown
from weakties.web.pages.person import NUMBERS
from weakties.web.served import current
from weakties.workspace.seen import OF_CIRCLES, Seen

WHOM_SAID: Mapping[str, str] = {
    "mine": "my contacts",
    "near": "my contacts and theirs",
    "all": "everybody known of",
}
# What the map's script asks for: named in the page, the browser need not find out one after the other.
_PARTS = ("found-list", "map-find", "map-time", "map-net", "map-scene", "map-ink", "map-ties")
# People of a circle in the table below the map.
_LISTED = 24


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. circle: the id of one whose people are listed."""

    whom: Whom = "near"
    inferred: bool = False
    circle: str = ""

    @classmethod
    def of(cls, said: QueryDict) -> Asked:
        """Return what an address asks for. Raises UsageError."""
        whom = said.get("whom") or "near"
        if whom not in WHOM:
            raise UsageError(f"A map of {whom[:40]!r} is not known.", hint=f"Choose one of {', '.join(WHOM)}.")
        return cls(whom, bool(said.get("inferred")), said.get("circle", "")[:200])

    @property
    def query(self) -> str:
        """The same as part of an address."""
        return urlencode({"whom": self.whom, **({"inferred": "1"} if self.inferred else {})})


@dataclass(frozen=True, eq=False)
class Picture:
    """A map, worked out once until something changes."""

    net: Panorama
    stream: Packed
    overview: Overview | None


@require_GET
def the_map(request: HttpRequest) -> HttpResponse:
    """Show the map."""
    asked = Asked.of(request.GET)

    def ask(seen: Seen) -> Mapping[str, Any]:
        picture = pictured(seen, asked)
        place = next((n for n, circle in enumerate(seen.circles) if circle.id == asked.circle), None)
        if asked.circle and place is None:
            raise UsageError("There is no such circle any more.", hint="Choose one in the list below the map.")
        net = picture.net
        return {
            "asked": asked,
            "parts": _PARTS,
            "overview": picture.overview,
            "net": net,
            "listed": list(enumerate(seen.circles)),
            "people": len(net.ids),
            "ties": len(net.ties.a),
            "answer": _answer(seen.circles, net),
            "less": _less(net),
            "whom": WHOM_SAID,
            "kinds": [kind for kind in KINDS if kind],
            "kept": f"/map/data?{asked.query}",
            "focus": None if place is None else (place, seen.circles[place], _people_of(net, place)),
        }

    return shown.page(request, "map.html", ask, slow=True)


@require_GET
def data(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Send the network as a stream of frames, see `draw.columns`."""
    asked = Asked.of(request.GET)
    with current().view(slow=True) as seen:
        stream = pictured(seen, asked).stream
    takes = "gzip" in request.headers.get("Accept-Encoding", "")
    answer = StreamingHttpResponse(
        iter(stream.parts) if takes else stream.plain(), content_type="application/octet-stream"
    )
    if takes:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["X-Size"] = str(stream.size)
    return answer


@require_GET
def card(request: HttpRequest, who: str) -> HttpResponse:
    """Show somebody beside the map; as a page of its own, their page."""
    if not request.headers.get("HX-Request"):
        return redirect(reverse("person", args=[who]))

    def ask(seen: Seen) -> Mapping[str, Any]:
        person = seen.person_of(who)
        found = seen.about(person)
        circles = seen.space.circles_of(person, drawn=seen.shape, listed=seen.circles)
        numbers = [(title, icon, name, found.numbers.get(name)) for name, title, icon, _ in NUMBERS]
        return {"why": found, "person": found.person, "numbers": numbers if found.tie else [], "circles": circles}

    return shown.part(request, "map-person.html", ask)


def pictured(seen: Seen, asked: Asked) -> Picture:
    """Return the map of a day, worked out once for as long as nothing changes."""
    listed = seen.circles

    def make() -> Picture:
        net = seen.space.panorama(
            view=seen.view, drawn=seen.shape, listed=listed, whom=asked.whom, inferred=asked.inferred
        )
        return Picture(net, packed(net, today=seen.view.as_of_day), overview(net.discs, net.bands))

    return seen.once(f"map {asked.query}", make, of=OF_CIRCLES)


def _answer(circles: list[Circle], net: Panorama) -> str:
    if not net.ids:
        return "There is nobody to draw yet."
    many = plural(len(net.ids), "person", "people")
    if not circles:
        return f"{many}, and no circle among them yet."
    large = max(circles, key=lambda circle: circle.told.people)
    if len(circles) == 1:
        return f"{many} around one circle, {large.told.name}."
    return f"{many} in {len(circles)} circles, the largest {large.told.name}."


def _less(net: Panorama) -> str:
    """Say what is left out because a browser cannot draw it all; empty where nothing is."""
    people, ties = net.wanted
    said = []
    if people > len(net.ids):
        said.append(f"Drawn are the {len(net.ids):,} people nearest to you of {people:,}.")
    if ties > len(net.ties.a):
        said.append(
            f"Drawn are the {len(net.ties.a):,} ties that hold most of {ties:,}: more a browser cannot draw at once."
        )
    return " ".join(said)


def _people_of(net: Panorama, place: int) -> list[dict[str, Any]]:
    """Return those of a circle who are nearest to me, as rows of a table."""
    return [
        {
            "person": Person(net.ids[n], net.names[n], ()),
            "kind": KINDS[int(net.kind[n])],
            "strength": float(net.strength[n]) if net.step[n] == 1 else None,
            "alive": float(net.alive[n]) if net.step[n] == 1 else None,
        }
        for n in np.flatnonzero(net.circle == place)[:_LISTED].tolist()
    ]
