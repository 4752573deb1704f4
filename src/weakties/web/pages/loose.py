"""Within reach: the contacts of the owner's contacts whom she was never in touch with, through whom, and what shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import path
from django.views.decorators.http import require_GET

from weakties.contract import connectors as connectors_json
from weakties.insight.loose import MOST, Sort, Wanted
from weakties.reach import Loose
from weakties.web.pages import listed, shown
from weakties.web.pages.listed import Listed
from weakties.web.whole import page_of
from weakties.workspace.seen import Seen

PAGE = 25
SORTS: Mapping[str, str] = {"both": "Worth and likely", "worth": "Worth", "likely": "Likely to come about"}
_FIELDS = ("q", "org", "title", "place", "topic")


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for."""

    q: str = ""
    org: str = ""
    title: str = ""
    place: str = ""
    topic: str = ""
    sort: Sort = "both"
    page: int = 1

    @classmethod
    def of(cls, said: QueryDict) -> Filters:
        """Return the filters of an address; what nobody knows is left out."""
        sort = said.get("sort", "")
        return cls(
            **{name: said.get(name, "").strip()[:200] for name in _FIELDS},
            sort=cast("Sort", sort if sort in SORTS else "both"),
            page=page_of(said.get("page")),
        )

    @property
    def some(self) -> bool:
        """Whether anything is filtered."""
        return any(getattr(self, name) for name in _FIELDS)

    @property
    def more(self) -> bool:
        """Whether anything but the name is filtered."""
        return any(getattr(self, name) for name in _FIELDS[1:])

    def address(self, **changed: Any) -> str:
        """Return the same as an address, with these changes; the page goes back to the first."""
        own: dict[str, Any] = {**{name: getattr(self, name) for name in _FIELDS}, "sort": self.sort, **changed}
        return listed.address(own, sort="both")


def found(seen: Seen, filters: Filters) -> list[Loose]:
    """Return who is within reach; everybody is worked out once, a part each time."""
    wanted = Wanted(
        query=filters.q, organisation=filters.org, title=filters.title, place=filters.place, topic=filters.topic
    )
    everybody = seen.loose(filters.sort)
    if not filters.some:
        return everybody
    # Where all are told of, a part is chosen from these; where there are more, the network is walked once more.
    if len(everybody) >= MOST:
        return seen.space.loose(wanted, view=seen.view, drawn=seen.shape, sort=filters.sort)
    # The tables that are asked stand on the view since its network was drawn.
    _ = seen.shape
    fits = seen.space.fitting([one.told.person for one in everybody], wanted, view=seen.view)
    return [one for one in everybody if one.told.person in fits]


@require_GET
def loose(request: HttpRequest) -> HttpResponse:
    """List who is within reach."""
    filters = Filters.of(request.GET)

    def ask(seen: Seen) -> Mapping[str, Any]:
        everybody = found(seen, filters)
        return {
            **shown.paged(everybody, filters.page, PAGE, lambda at: f"?{filters.address(page=at)}"),
            "filters": filters,
            "most": max((abs(r.weight) for one in everybody for r in one.told.reasons), default=0.0),
            "capped": not filters.some and len(everybody) >= MOST,
            "query": filters.address(),
            "sorts": SORTS,
        }

    return shown.page(request, "loose.html", ask)


def rows(request: HttpRequest, seen: Seen) -> Listed:
    """Return who is within reach as rows."""
    return Listed("loose", [connectors_json.loose(one) for one in found(seen, Filters.of(request.GET))])


PATHS = [path("loose", loose, name="loose"), *listed.routes("loose", rows)]
