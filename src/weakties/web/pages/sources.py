"""Sources: what came in and what may, each import opened to what was rejected, taken back or read again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from weakties.errors import UsageError, WeaktiesError
from weakties.facts import erasure
from weakties.facts.ledger import Import
from weakties.web import arrivals, uploads
from weakties.web.pages import shown
from weakties.web.pages.accounts import accounts_of
from weakties.web.served import current
from weakties.web.whole import page_of
from weakties.workspace.seen import Seen

# How many rejected records are shown at a time.
_PAGE = 200


@dataclass(frozen=True, slots=True)
class Row:
    """An import in the list."""

    id: str
    name: str
    source: str
    at: int
    read: int
    new: int
    known: int
    rejected: int
    live: bool


@require_GET
def sources(request: HttpRequest) -> HttpResponse:
    """Show what came in and what is coming, and take files."""
    if shown.nothing_yet():
        return render(request, "weakties/sources.html", {**_told(None), "here": "/sources"})
    return shown.page(request, "sources.html", _told)


@csrf_exempt
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take files in, piece by piece, and begin to look at them. A form's token comes with them, so it is held against ours within."""
    served = current()
    quiet = "application/json" in request.headers.get("Accept", "")
    handler: uploads.ToHome | None = None
    try:
        _changes()
        room = uploads.room(served.space.home)
        uploads.check_room(request, room)
        handler = uploads.ToHome(request, served.space.home, room=room)
        request.upload_handlers = [handler]
        answer = _received(request, handler, quiet=quiet)
    except WeaktiesError as error:
        if handler is not None:
            handler.throw_away()
        if quiet:
            return JsonResponse({"error": str(error), "hint": error.hint}, status=400)
        raise
    except BaseException:
        if handler is not None:
            handler.throw_away()
        raise
    if answer.status_code >= 400:
        handler.throw_away()
    return answer


@csrf_protect
def _received(request: HttpRequest, handler: uploads.ToHome, *, quiet: bool) -> HttpResponse:
    try:
        paths = json.loads(request.POST.get("paths") or "[]")
    except (ValueError, RecursionError):
        paths = []
    batch = uploads.accepted(handler, [str(path) for path in paths] if isinstance(paths, list) else [])
    job = current().jobs.begin(arrivals.look(current().space, batch))
    return JsonResponse({"to": f"/sources/jobs/{job.id}"}) if quiet else redirect(f"/sources/jobs/{job.id}")


@require_POST
def me(request: HttpRequest) -> HttpResponse:
    """Say that an address is the owner's own."""
    _changes()
    space = current().space
    address = request.POST.get("address", "").strip()
    made = space.decide("me", space.my_handle(address))
    messages.success(request, f"{address} is yours.", extra_tags=str(made.id))
    return shown.back(request, "/sources")


@require_GET
def one(request: HttpRequest, name: str) -> HttpResponse:
    """Show one import: its counts, what was rejected, what goes if it is taken back."""
    if current().incognito:
        raise UsageError("Imports are named by real files.", hint="Serve without --incognito.")
    record = current().space.known_import(name)
    at = page_of(request.GET.get("page"))

    def ask(seen: Seen) -> Mapping[str, Any]:
        rejected = seen.space.rejected(record.id)
        sheet = shown.paged(rejected, at, _PAGE, lambda number: f"?page={number}#rejected")
        return {
            **sheet,
            "record": record,
            "name": _name(record),
            "numbers": arrivals.numbers_of(record.counts),
            "rejected": sheet["rows"],
            "reasons": _by_reason(rejected),
            "new": sum(c.new for c in record.counts.values()),
            "going": seen.once(
                f"going {record.id}", lambda: seen.space.facts_only_from(record.id, view=seen.view), of=()
            ),
            "only": seen.once(f"only {record.id}", lambda: seen.space.known_only_from(record.id, view=seen.view)),
            "kept_here": uploads.is_original(seen.space.home, record.path),
            "there": not record.cursor and Path(record.path).exists(),
        }

    return shown.page(request, "import.html", ask)


@require_POST
def undo(request: HttpRequest, name: str) -> HttpResponse:
    """Take an import back, as if it had never been."""
    _changes()
    space = current().space
    record = space.undo_import(space.known_import(name, own=True).id)
    kept = uploads.is_original(space.home, record.path)
    messages.info(request, f"{_name(record)} is taken back. " + ("The file is still here." if kept else ""))
    return redirect("/sources")


@require_POST
def reread(request: HttpRequest, name: str) -> HttpResponse:
    """Read the original again, with what the reader has learned since."""
    del request
    _changes()
    record = current().space.known_import(name, own=True)
    job = current().jobs.begin(arrivals.reread(current().space, record))
    return redirect(f"/sources/jobs/{job.id}")


@require_POST
def remove_original(request: HttpRequest, name: str) -> HttpResponse:
    """Remove the original that we keep; what came from it stays."""
    _changes()
    record = current().space.known_import(name, own=True)
    uploads.remove_original(current().space.home, record.path)
    messages.info(request, "The original is removed. What came from it stays.")
    return redirect(f"/sources/{record.id}")


@require_POST
def files(request: HttpRequest, batch: str, what: str) -> HttpResponse:
    """Look at files that wait, or throw them away."""
    _changes()
    home = current().space.home
    if what == "drop":
        uploads.throw_away(home, batch)
        messages.info(request, "The files are removed.")
        return redirect("/sources")
    job = current().jobs.begin(arrivals.look(current().space, uploads.find(home, batch)))
    return redirect(f"/sources/jobs/{job.id}")


def _told(seen: Seen | None) -> dict[str, Any]:
    served = current()
    space, jobs = served.space, served.jobs.all()
    records = [] if served.incognito else space.known_imports()
    rows = [_row(record) for record in reversed(records)]
    at_work = {job.batch: job for job in jobs if job.batch and (not job.over or job.kind == "look")}
    home = space.home
    return {
        "imports": rows,
        "files": sum(not row.live for row in rows),
        "facts": 0
        if seen is None or not rows
        else seen.once("count facts", lambda: seen.space.count_facts(view=seen.view), of=()),
        "jobs": [] if served.incognito else [job for job in jobs if not job.over or _asks(job)],
        "lately": [] if served.incognito else [job for job in jobs if job.over and not _asks(job)][:5],
        "waiting": [] if served.incognito else uploads.waiting(home, at_work),
        "owners": [] if seen is None or served.incognito else seen.space.owners(view=seen.view),
        "accounts": [] if served.incognito else accounts_of(space),
        "room": uploads.room(home),
        "keeps": not erasure.tombstones(home),
    }


def _asks(job: Any) -> bool:
    """Tell whether a job that is over waits for an answer."""
    return bool(job.kind == "look" and job.state == "done")


def _row(record: Import) -> Row:
    counts = list(record.counts.values())
    read, new, known, rejected = (sum(getattr(c, n) for c in counts) for n in ("read", "new", "known", "rejected"))
    at, live = record.imported_at, bool(record.cursor)
    return Row(record.id, _name(record), record.source, at, read, new, known, rejected, live)


def _name(record: Import) -> str:
    return record.path if record.cursor else Path(record.path).name


def _by_reason(rejected: list[dict[str, Any]]) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for row in rejected:
        found[row["reason"]] = found.get(row["reason"], 0) + 1
    return sorted(found.items(), key=lambda each: -each[1])[:10]


def _changes() -> None:
    """Raise UsageError where nothing may be changed."""
    if current().incognito:
        raise UsageError("Nothing can be brought in under invented names.", hint="Serve without --incognito.")
