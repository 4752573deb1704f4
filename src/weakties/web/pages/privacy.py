"""Privacy: forget somebody after seeing what goes, hand out what is kept of one or of all, take a backup along."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from weakties.contract.values import rounded
from weakties.errors import UsageError
from weakties.facts.home import Home
from weakties.web.guard import ENTERED
from weakties.web.pages import shown
from weakties.web.pages.settings import mine

# Where in the home lies what is being handed out.
OUTGOING = ".outgoing"
# What lets a browser in; all else in its session is what it was shown or put off.
_STAYS = (ENTERED, SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY)


@require_http_methods(["GET", "POST"])
def forget(request: HttpRequest) -> HttpResponse:
    """Show what forgetting somebody takes away, and do it for whoever writes their name. It cannot be undone."""
    served = mine()
    who = (request.POST if request.method == "POST" else request.GET).get("who", "").strip()
    if not who:
        return _page(request, "forget.html", {})
    asked = served.space.to_forget(who, as_of=served.as_of)
    written = request.POST.get("name", "")
    if request.method == "POST" and _same(written, asked.person.name or asked.person.handles[0]):
        # Sessions go that may tell of somebody; whoever asks for it here stays in.
        for name in set(request.session.keys()).difference(_STAYS):
            del request.session[name]
        request.session.save()
        left = served.space.forget(asked.marks)
        return _page(request, "forgotten.html", {"left": left, "backups": asked.backups})
    told = {
        "asked": asked,
        "cards": sum(tables.get("cards", 0) for tables in asked.preview.rows.values()),
        "links": sum(tables.get("links", 0) for tables in asked.preview.rows.values()),
        "handles": sorted(asked.marks.handles),
        "names": sorted(asked.marks.names),
        "wrong": request.method == "POST",
        "write": asked.person.name or asked.person.handles[0],
    }
    return _page(request, "forget.html", told, status=400 if told["wrong"] else 200)


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """Hand out all that is kept of somebody, as JSON."""
    served = mine()
    who = request.GET.get("who", "").strip()
    if not who:
        raise UsageError("Nobody is named.", hint="Give a name or an address.")
    everything = rounded(served.space.everything_on(who, as_of=served.as_of))
    answer = JsonResponse(everything, json_dumps_params={"ensure_ascii": False, "indent": 1})
    name = slugify(everything["person"]["name"]) or "somebody"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return answer


@require_POST
def export_all(request: HttpRequest) -> FileResponse:
    """Hand out everything as a zip of tables."""
    del request
    served = mine()
    inside = served.space.home.path / OUTGOING
    inside.mkdir(mode=0o700, exist_ok=True)
    return _handed_out(f"weakties-{served.day}.zip", lambda path: served.space.export(path, as_of=served.as_of), inside)


@sensitive_post_parameters("passphrase", "again")
@require_POST
def backup(request: HttpRequest) -> FileResponse:
    """Hand out the whole home as one encrypted file."""
    served = mine()
    passphrase = request.POST.get("passphrase", "")
    if passphrase != request.POST.get("again", ""):
        raise UsageError("The two passphrases differ.", hint="Write the same one twice.")
    name = f"weakties-{served.space.today_is()}.backup"
    called = f"{name}, handed out by the page"
    return _handed_out(name, lambda path: served.space.back_up(path, passphrase, called=called))


def swept(home: Home) -> None:
    """Remove what was being handed out when a server was cut off."""
    shutil.rmtree(home.path / OUTGOING, ignore_errors=True)


def _handed_out(name: str, write: Callable[[Path], object], inside: Path | None = None) -> FileResponse:
    """Return a file that is written now and gone from the disk when it was sent. inside: where it is written, by default where the
    system keeps what passes; what is not encrypted stays within the home."""
    folder = Path(tempfile.mkdtemp(prefix="weakties-", dir=inside))
    try:
        write(folder / name)
        # It stays readable for whoever has it open, though its name is gone.
        file = (folder / name).open("rb")
        size = (folder / name).stat().st_size
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    answer = FileResponse(file, as_attachment=True, filename=name, content_type="application/octet-stream")
    answer.headers["Content-Length"] = str(size)
    # Packed already; to pack it again takes time and gains nothing.
    answer.headers["Content-Encoding"] = "identity"
    return answer


def _same(written: str, name: str) -> bool:
    return bool(written.strip()) and " ".join(written.split()).casefold() == " ".join(name.split()).casefold()


def _page(request: HttpRequest, template: str, told: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    said = {**told, "here": "/settings"}
    if shown.nothing_yet():
        return render(request, f"weakties/{template}", said, status=status)
    return shown.page(request, template, lambda _: said, status=status)
