"""Connectors: who brings people together, how much the owner does, and whom she could introduce to whom, with both messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from weakties.answers import Person
from weakties.contract import connectors as connectors_json
from weakties.contract import sentences
from weakties.errors import UsageError
from weakties.reach import introducing
from weakties.web.draw.years import years
from weakties.web.pages import listed, shown, ways
from weakties.web.pages.listed import Listed
from weakties.web.served import current
from weakties.workspace.seen import Seen

# Connectors that are listed at first, and pairs.
_CONNECTORS, _MATCHES = 15, 12


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to one of two whom the owner could introduce. mail: an address that opens it, empty without one."""

    person: Person
    text: str
    mail: str


@require_GET
def connectors(request: HttpRequest) -> HttpResponse:
    """Show who connects worlds."""
    whole = request.GET.get("all") == "1"

    def ask(seen: Seen) -> Mapping[str, Any]:
        found = seen.connecting
        own = [(year["year"], (year["people"],)) for year in found.mine]
        return {
            "connectors": found.connectors if whole else found.connectors[:_CONNECTORS],
            "more": 0 if whole else max(0, len(found.connectors) - _CONNECTORS),
            "total": len(found.connectors),
            "mine": found.mine,
            "years": years(own, "People to whom you wrote, a year"),
            "contacts": found.contacts,
            "leading": found.leading,
            "brokerage": found.brokerage,
            "words": sentences.brokerage(found.brokerage),
            "matches": found.matches if whole else found.matches[:_MATCHES],
        }

    return shown.page(request, "connectors.html", ask)


@require_GET
def introduce(request: HttpRequest) -> HttpResponse:
    """Show the two messages that bring two people together: each is asked first."""
    if current().incognito:
        raise UsageError("No message is written under invented names.", hint="Serve without --incognito.")
    a, b = (request.GET.get(name, "").strip() for name in ("a", "b"))

    def ask(seen: Seen) -> Mapping[str, Any]:
        ids = [seen.person_of(each) for each in (a, b)]
        if ids[0] == ids[1]:
            raise UsageError("That is one person.", hint="Name two.")
        who = seen.space.persons(ids, view=seen.view)
        one, other = (who[person] for person in ids)
        match = next((m for m in seen.connecting.matches if {m.told.a, m.told.b} == set(ids)), None)
        words = match.told.words if match else ()
        texts = [(p, introducing(p, q, words)) for p, q in ((one, other), (other, one))]
        return {
            "one": one,
            "other": other,
            "shared": words,
            "letters": [Letter(person, text, ways.mail(person, text)) for person, text in texts],
        }

    return shown.page(request, "introduce.html", ask)


def rows(request: HttpRequest, seen: Seen) -> Listed:
    """Return the connectors as rows."""
    del request
    found = seen.connecting
    masked = bool(seen.view.masked_with)
    more = {
        "mine": connectors_json.mine(found),
        "could_introduce": [connectors_json.match(match, masked=masked) for match in found.matches],
    }
    return Listed("connectors", [connectors_json.connector(c) for c in found.connectors], more)


PATHS = [
    path("connectors", connectors, name="connectors"),
    path("connectors/introduce", introduce, name="introduce"),
    *listed.routes("connectors", rows),
]
