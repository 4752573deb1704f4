"""Robustness: whom and what the owner would lose with one person, how far she reaches, how her ties grew.

In a large home it takes seconds to tell, so the page comes at once and asks for the answer when it is there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from weakties.contract import reliance as reliance_json
from weakties.web.draw.years import years
from weakties.web.pages import listed, shown
from weakties.web.pages.listed import Listed
from weakties.workspace.seen import OF_CIRCLES, Seen

# Rows of each table, and how many of the lost are named of one person.
_DOORS, _GROUPS, _ALL = 25, 12, 500


@require_GET
def robustness(request: HttpRequest) -> HttpResponse:
    """Show the page: with what hangs on whom where that is known already, or asked for as a whole; else with a place for it."""
    who, whole = request.GET.get("who", "").strip()[:200], request.GET.get("whole") == "1"

    def ask(seen: Seen) -> Mapping[str, Any]:
        here = whole or (not who and seen.known("robustness", of=OF_CIRCLES) is not None)
        return {"who": who, "here": here, **(_told(seen, who) if here else {})}

    return shown.page(request, "robustness.html", ask, slow=whole)


@require_GET
def found(request: HttpRequest) -> HttpResponse:
    """Answer with what hangs on whom, for the place on the page."""
    who = request.GET.get("who", "").strip()[:200]
    return shown.part(request, "robustness.html", lambda seen: _told(seen, who), slow=True)


def _told(seen: Seen, who: str) -> dict[str, Any]:
    if who:
        return _one(seen, who)
    whole = seen.robustness
    doors = [row for row in whole.rows if row.only or row.worlds]
    apart = whole.distances
    people = int(apart.degrees.sum())
    pairs = int(apart.others[1:].sum()) + apart.apart if math.isfinite(apart.mean) else 0
    grown = [(each.year, (each.in_touch, each.new)) for each in whole.years]
    return {
        "whole": whole,
        "doors": doors[:_DOORS],
        "worlds": any(row.worlds for row in doors[:_DOORS]),
        "more": max(0, len(doors) - _DOORS),
        "organisations": whole.by_organisation[:_GROUPS],
        "places": whole.by_place[:_GROUPS],
        "apart": {
            "mean": apart.mean,
            "sources": apart.sources,
            "people": people,
            "sampled": apart.sources < people,
            "within": round(100 * apart.within(6)),
            "never": round(100 * apart.apart / pairs),
        }
        if pairs
        else None,
        "years": years(grown, "People you were in touch with, a year"),
    }


def _one(seen: Seen, who: str) -> dict[str, Any]:
    person = seen.person_of(who)
    found = seen.space.robustness(person, view=seen.view, drawn=seen.shape, named=_ALL)
    return {
        "one": found.rows[0] if found.rows else None,
        "person": seen.space.persons([person], view=seen.view)[person],
    }


def rows(request: HttpRequest, seen: Seen) -> Listed:
    """Return what hangs on each person as rows."""
    del request
    whole = seen.robustness
    return Listed("robustness", [reliance_json.row(row) for row in whole.rows], reliance_json.whole(whole))


PATHS = [
    path("robustness", robustness, name="robustness"),
    path("robustness/found", found, name="robustness-found"),
    *listed.routes("robustness", rows),
]
