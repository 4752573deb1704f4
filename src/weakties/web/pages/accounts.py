"""Live accounts on the page: how each does, reading what is new, connecting one by a form, letting go of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from weakties.accounts import wanted
from weakties.accounts.registry import KINDS, OPEN
from weakties.accounts.wanted import Wanted
from weakties.contract.sentences import how_synced
from weakties.errors import AccountError, UsageError
from weakties.facts.accounts import Account, Status
from weakties.web import arrivals
from weakties.web.pages import shown
from weakties.web.served import current
from weakties.workspace import Workspace

# kind -> the heading of its form
_TITLES = {
    "imap": "Mail on a server",
    "caldav": "Calendars",
    "carddav": "Address books",
    "feed": "A feed to share from",
    "folder": "A folder that is watched",
    "gmail": "Gmail without an app password",
    "microsoft": "Outlook.com and Microsoft 365",
}
# Signing in to these leads over a browser and comes back to the program that began it.
_BY_PROGRAM = {
    "gmail": "weakties connect gmail ADDRESS --client-file FILE",
    "microsoft": "weakties connect microsoft ADDRESS --client-id ID",
}


@dataclass(frozen=True, slots=True)
class Live:
    """A connected account as it is shown. said: how the last sync went, in a sentence."""

    id: str
    kind: str
    said: str
    ok: bool
    at: int | None


def accounts_of(space: Workspace) -> list[Live]:
    """Return the connected accounts."""
    return [_live(account, status) for account, status in space.accounts()]


@require_POST
def sync(request: HttpRequest) -> HttpResponse:
    """Read what is new in one account, or in all."""
    served = _mine()
    named = request.POST.get("account", "")
    known = [account.id for account, _ in served.space.accounts()]
    wanted_now = [named] if named else known
    if not wanted_now or any(name not in known for name in wanted_now):
        raise UsageError(f"No account {named!r} is connected.", hint="Connect it first.")
    begun = [served.jobs.begin(arrivals.sync(served.space, name)) for name in wanted_now]
    return redirect(f"/sources/jobs/{begun[0].id}" if len(begun) == 1 else "/sources")


@require_POST
def drop(request: HttpRequest) -> HttpResponse:
    """Let go of an account and its password; what it brought stays."""
    name = request.POST.get("account", "")
    _mine().space.disconnect(name)
    messages.info(request, f"{name} is not connected any more. What came from it stays.")
    return redirect("/sources#accounts")


@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """Show which kinds of accounts there are."""
    _mine()
    kinds = [(kind, _TITLES[kind], KINDS[kind][2], _BY_PROGRAM.get(kind, "")) for kind in _TITLES]
    return _page(request, "connect.html", {"kinds": kinds})


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def connect(request: HttpRequest, kind: str) -> HttpResponse:
    """Ask for what an account needs, sign in to it, and keep it. A password is shown nowhere again."""
    served = _mine()
    if kind not in _FORMS:
        raise Http404(kind)
    said = {name: request.POST.get(name, "").strip() for name in _FIELDS}
    told = {"kind": kind, "title": _TITLES[kind], "what": KINDS[kind][2], "said": said, "open": kind in OPEN}
    if request.method == "GET":
        return _page(request, "connect-one.html", told)
    try:
        asked = _FORMS[kind](said)
        sentence, _ = served.space.connect(asked.kind, asked.name, asked.settings, request.POST.get("password", ""))
    except (AccountError, UsageError) as error:
        return _page(request, "connect-one.html", {**told, "failed": error}, status=400)
    messages.success(request, f"Connected. {sentence}")
    job = served.jobs.begin(arrivals.sync(served.space, f"{asked.kind}:{asked.name}"))
    return redirect(f"/sources/jobs/{job.id}")


def _imap(said: Mapping[str, str]) -> Wanted:
    return wanted.imap(
        said["user"], said["host"], port=said["port"], security=said["security"] or "tls", login=said["login"]
    )


def _dav(kind: str) -> Callable[[Mapping[str, str]], Wanted]:
    def form(said: Mapping[str, str]) -> Wanted:
        try:
            return wanted.dav(kind, said["address"], said["user"])
        except UsageError as error:
            raise UsageError(str(error), hint="Fill in the user's name there.") from error

    return form


def _folder(said: Mapping[str, str]) -> Wanted:
    if current().accounts:
        # Whoever signs in from elsewhere must not choose among the folders of this machine.
        raise UsageError(
            "A folder of this machine is connected on this machine.", hint="Type there: weakties connect folder PATH"
        )
    if not said["path"]:
        raise UsageError("A folder is needed.", hint="Write where it is, as ~/Exports.")
    return wanted.folder(Path(said["path"]), current().space.home.path)


_FORMS: Mapping[str, Callable[[Mapping[str, str]], Wanted]] = {
    "imap": _imap,
    "caldav": _dav("caldav"),
    "carddav": _dav("carddav"),
    "feed": lambda said: wanted.feed(said["address"]),
    "folder": _folder,
}
_FIELDS = ("user", "host", "port", "security", "login", "address", "path")


def _page(request: HttpRequest, template: str, told: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """Answer with a page that needs no view, also where nothing has come in yet."""
    if shown.nothing_yet():
        return render(request, f"weakties/{template}", dict(told), status=status)
    return shown.page(request, template, lambda _: told, status=status)


def _live(account: Account, status: Status | None) -> Live:
    ok = status is None or status.ok
    return Live(account.id, account.kind, how_synced(status), ok, status.at if status else None)


def _mine() -> Any:
    if current().incognito:
        raise UsageError("Accounts are called by real names.", hint="Serve without --incognito.")
    return current()
