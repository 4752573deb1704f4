"""People: everybody, found while typing, filtered and ordered by what stands in the address, so that a view can be kept and sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_POST

from weakties.errors import UsageError
from weakties.incognito import shown_id
from weakties.insight.directory import Wanted
from weakties.insight.people import SORTS
from weakties.ties.words import plural
from weakties.web.models import SavedView
from weakties.web.pages import decide, shown
from weakties.web.pages.listed import address, sheet
from weakties.web.served import current
from weakties.web.templatetags import ties
from weakties.web.whole import page_of, wanted, whole
from weakties.workspace.sayings import LONGEST, MOST_DAYS, Said
from weakties.workspace.seen import OF_CIRCLES, Seen

PAGE = 50
KINDS = ("strong", "weak", "dormant", "new", "one-sided", "declared")
MOTIONS = ("warming", "steady", "cooling")
# column -> (what stands above it, whether it is a number, by what it is ordered, whether it gives way where there is little room)
COLUMNS: Mapping[str, tuple[str, bool, str, bool]] = {
    "organisation": ("Organisation", False, "", False),
    "title": ("Title", False, "", True),
    "kind": ("Kind", False, "", True),
    "strength": ("Strength", True, "strength", False),
    "alive": ("Alive", True, "alive", False),
    "value": ("Value", True, "value", False),
    "answer": ("Answers", True, "answer", True),
    "mutual": ("In common", True, "", True),
    "sent": ("You wrote", True, "", True),
    "received": ("They wrote", True, "", True),
    "last": ("Last word", False, "recent", True),
    "silence": ("Silence", False, "overdue", True),
    "tags": ("Tags", False, "", True),
    "handle": ("Address", False, "", True),
}
USUAL = ("organisation", "kind", "strength", "alive", "value", "last")
_ORDERED = {
    "value": "Value", "strength": "Strength", "alive": "Alive", "answer": "Chance of an answer", "overdue": "Most overdue",
    "recent": "Last word", "name": "Name",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for."""

    q: str = ""
    kind: str = ""
    motion: str = ""
    circle: str = ""
    org: str = ""
    tag: str = ""
    automated: bool = False
    sort: str = "value"
    columns: tuple[str, ...] = USUAL
    page: int = 1

    @classmethod
    def of(cls, said: QueryDict) -> Filters:
        """Return the filters of an address; what nobody knows is left out, so that an old address still answers."""
        columns = tuple(c for c in said.getlist("col") if c in COLUMNS)
        return cls(
            q=said.get("q", "")[:200],
            kind=_one_of(said.get("kind", ""), KINDS),
            motion=_one_of(said.get("motion", ""), MOTIONS),
            circle=said.get("circle", "")[:200],
            org=said.get("org", "")[:200],
            tag=said.get("tag", "")[:LONGEST],
            automated=said.get("automated") == "1",
            sort=_one_of(said.get("sort", ""), SORTS) or "value",
            columns=columns or USUAL,
            page=page_of(said.get("page")),
        )

    def address(self, **changed: Any) -> str:
        """Return the same as an address, with these changes; the page goes back to the first."""
        own = {
            name: getattr(self, name) for name in ("q", "kind", "motion", "circle", "org", "tag", "automated", "sort")
        }
        return address({**own, **changed, "col": self.columns}, sort="value", col=USUAL)


def _one_of(said: str, known: Any) -> str:
    return said if said in known else ""


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """List people; what is typed brings the list alone."""
    filters = Filters.of(request.GET)
    if request.headers.get("HX-Target") == "found":
        return shown.part(request, "found.html", lambda seen: _told(seen, filters))
    return shown.page(request, "people.html", lambda seen: {**_told(seen, filters), **_choices(seen)})


@require_GET
def as_json(request: HttpRequest) -> HttpResponse:
    """Answer with the view as JSON, whole."""
    from weakties.contract.envelope import envelope
    from weakties.contract.people import row

    with current().view() as seen:
        wanted, filters = seen.view, Filters.of(request.GET)
        positions = seen.directory.found(_wanted(seen, filters), sort=filters.sort)
        found = _rows(seen, positions.tolist())
        known = seen.space.handles([r["person"] for r in found], view=wanted)
        told = envelope("people", wanted, [row(r, known.get(r["person"], [])) for r in found])
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


@require_GET
def as_csv(request: HttpRequest) -> HttpResponse:
    """Answer with the view as CSV, whole, with the columns that were chosen."""
    filters = Filters.of(request.GET)
    with current().view() as seen:
        positions = seen.directory.found(_wanted(seen, filters), sort=filters.sort)
        tags = _tags(seen)
        cells = [
            (row["id"], row["name"], *(_plain(row, c, tags) for c in filters.columns))
            for row in _rows(seen, positions.tolist())
        ]
        day = seen.view.as_of
    return sheet(["id", "name", *filters.columns], cells, f"people-{day}")


@require_GET
def jump(request: HttpRequest) -> HttpResponse:
    """Answer whom a few letters may mean, for the box at the side: the strongest ties first, then whoever is known."""
    text, limit = request.GET.get("q", "").strip()[:200], request.GET.get("limit", "8")
    most = whole(limit, 1, PAGE) or 8
    rows: list[dict[str, str]] = []
    if text:
        with current().view() as seen:
            wanted = Wanted(query=text, hidden=seen.view.wishes.hidden)
            found = _rows(seen, seen.directory.found(wanted, sort="strength")[:most].tolist())
        rows = [{"name": r["name"], "what": r["organisation_name"], "to": f"/people/{r['id']}"} for r in found]
    return JsonResponse({"rows": rows})


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep a view under a name, or let go of one."""
    owner = current().space.owner
    if "remove" in request.POST:
        SavedView.objects.filter(owner=owner, name=request.POST["remove"]).delete()
        return redirect("/people")
    name, query = (
        request.POST.get("name", "").strip()[:80],
        Filters.of(QueryDict(request.POST.get("query", ""))).address(),
    )
    if not name:
        raise UsageError("A view needs a name.", hint="Say what it shows, e.g. opticians who cool.")
    SavedView.objects.update_or_create(owner=owner, name=name, defaults={"query": query})
    messages.success(request, f"“{name}” is kept.")
    return redirect(f"/people?{query}")


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Do one thing with several people: tag, cadence, snooze, hide, merge."""
    ids, action = request.POST.getlist("who"), request.POST.get("action", "")
    if not ids:
        raise UsageError("Nobody is chosen.", hint="Tick somebody in the list first.")
    said = _said(action, request.POST.get("said", "").strip())
    with current().view() as seen:
        found = list(dict.fromkeys(seen.person_of(each) for each in ids))
        merges = said.kind == "merge"
        done = seen.space.join_people(found, view=seen.view) if merges else seen.space.say(found, said, view=seen.view)
    # What was said of some of them before stays as it was.
    taken_back = decide.numbers([d for d in done.made if d.id in done.new])
    messages.success(request, f"{_done(said, len(found))} {decide.of_two(done)}".rstrip(), extra_tags=taken_back)
    return shown.back(request, "/people")


def _said(action: str, text: str) -> Said:
    """Take apart what is to be done with several. Raises UsageError."""
    match action:
        case "tag":
            return Said(kind="tag", text=text)
        case "cadence" | "snooze":
            return Said(kind=action, days=wanted(text, 1, MOST_DAYS, what="number of days"))
        case "hide" | "merge":
            return Said(kind=action)
    raise UsageError(
        f"There is no way to {action or 'do nothing'} with people.", hint="Tag, cadence, snooze, hide or merge them."
    )


def _done(said: Said, people: int) -> str:
    many = plural(people, "person", "people")
    match said.kind:
        case "tag":
            return f"{many} tagged “{said.text}”."
        case "cadence":
            return f"A word every {plural(said.days or 0, 'day', 'days')} for {many}."
        case "snooze":
            return f"{many} not named for {plural(said.days or 0, 'day', 'days')}."
        case "hide":
            return f"{many} hidden."
        case _:
            return f"{many} made one."


def _told(seen: Seen, filters: Filters) -> dict[str, Any]:
    everybody = seen.directory
    positions = everybody.found(_wanted(seen, filters), sort=filters.sort)
    sheet = shown.paged(positions, filters.page, PAGE, lambda at: _numbered(filters, at))
    found = _rows(seen, sheet["rows"].tolist())
    tags = _tags(seen)
    for row in found:
        row["cells"] = SafeString("".join(_drawn(row, column, tags) for column in filters.columns))
    before = (sheet["at"] - 1) * PAGE
    return {
        **sheet,
        "filters": filters,
        "rows": found,
        "head": [
            (c, *COLUMNS[c], filters.address(sort=COLUMNS[c][2]) if COLUMNS[c][2] else "") for c in filters.columns
        ],
        "query": filters.address(),
        "first": before + 1,
        "last": before + len(found),
        "as_of": seen.view.as_of,
    }


def _numbered(filters: Filters, page: int) -> str:
    query = filters.address()
    return f"?{query}{'&' if query else ''}page={page}"


def _choices(seen: Seen) -> dict[str, Any]:
    return {
        "kinds": KINDS,
        "motions": MOTIONS,
        "orders": _ORDERED,
        "columns": COLUMNS,
        "tags": sorted({tag for own in _tags(seen).values() for tag in own}),
        "saved": [] if seen.view.masked_with else SavedView.objects.filter(owner=seen.view.owner),
        "circles": list(seen.known("circles", of=OF_CIRCLES) or ()),
    }


def _tags(seen: Seen) -> Mapping[str, Sequence[str]]:
    """Return the tags of people, by id; none under invented names: they are the user's own words and may name somebody."""
    return {} if seen.view.masked_with else seen.view.wishes.tags


def _wanted(seen: Seen, filters: Filters) -> Wanted:
    among: frozenset[str] | None = None
    if filters.tag:
        among = frozenset(p for p, tags in _tags(seen).items() if filters.tag in tags)
    if filters.circle:
        members = seen.space.members(filters.circle, view=seen.view, drawn=seen.shape)
        among = members if among is None else members & among
    return Wanted(
        query=filters.q,
        kind=filters.kind,
        motion=filters.motion,
        organisation=filters.org,
        automated=filters.automated,
        hidden=seen.view.wishes.hidden,
        among=among,
    )


def _rows(seen: Seen, positions: Sequence[int]) -> list[dict[str, Any]]:
    found = seen.directory.rows(positions)
    for row in found:
        row["id"] = shown_id(row["person"], seen.view.masked_with)
    return found


def _drawn(row: Mapping[str, Any], column: str, tags: Mapping[str, Sequence[str]]) -> SafeString:
    """Return a cell as it is drawn. Made here: a template would ask of each cell of fifty rows what it is, while somebody types."""
    title, numeric, _, gives_way = COLUMNS[column]
    css = " ".join(name for name, has in (("num", numeric), ("opt", gives_way)) if has)
    value = _cell(row, column, tags)
    if value is None or value == "":
        return format_html('<td class="{}">{}</td>', css, "–" if numeric else "")
    match column:
        case "strength" | "alive" | "value":
            text = ties.number(value)
            label = f"{title} {text}, open the evidence"
            where = f"{ties.page_of(row['id'])}#{column}"
            return format_html(
                '<td class="{}"><a class="open" href="{}" aria-label="{}">{}</a></td>', css, where, label, text
            )
        case "last":
            said = ties.iso(value), ties.short_day(value)
            return format_html('<td class="{}"><time datetime="{}">{}</time></td>', css, *said)
        case "answer":
            text = ties.number(value)
        case "silence":
            text = ties.span(value)
        case "handle":
            text = ties.handle(value)
        case _:
            text = f"{value:,}" if numeric else value
    return format_html('<td class="{}"><bdi>{}</bdi></td>', css, text)


def _cell(row: Mapping[str, Any], column: str, tags: Mapping[str, Sequence[str]]) -> Any:
    match column:
        case "organisation":
            return row["organisation_name"]
        case "last":
            return row["last_day"]
        case "tags":
            return ", ".join(tags.get(row["person"], ()))
        case _:
            return row[column]


def _plain(row: Mapping[str, Any], column: str, tags: Mapping[str, Sequence[str]]) -> Any:
    value = _cell(row, column, tags)
    if column == "last":
        return ties.iso(value)
    return round(value, 6) if isinstance(value, float) else value
