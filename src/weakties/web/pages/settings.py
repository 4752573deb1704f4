"""Settings: what is in force and where it came from, the theme, programs that may ask, saved views, the checks of doctor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from weakties.config import FILE, NAMES
from weakties.errors import UsageError
from weakties.web.models import SavedView, Token
from weakties.web.pages import shown
from weakties.web.served import current
from weakties.web.whole import whole

THEMES = ("light", "dark", "system")
# Five years: it says nothing of anybody.
_THEME_SECONDS = 5 * 365 * 86_400
# What a program may be let do, as the interface for programs asks it.
SCOPES = {"read": "look", "write": "decide"}
# name -> (what it is called, what it does)
_SAID = {
    "me": ("Your addresses", "Where what the mailbox says of them is wrong, with commas between."),
    "minutes": ("Minutes a day", "What Today may ask for, 1 to 480."),
    "per_circle": ("People of one circle", "In one Today, 1 to 100."),
    "horizon_days": ("Horizon in days", "Within which alive speaks of contact, 7 to 730."),
    "mutual_peak": ("Best number in common", "Mutual contacts at which a weak tie is worth most, 1 to 1,000."),
    "keep_text": ("Keep texts", "The words of messages as well as the facts read from them."),
    "region": ("Country", "In which telephone numbers without one are dialled, as DE or US."),
    "free_mail": (
        "Free mail domains",
        "Further domains that say nothing of where somebody works, with commas between.",
    ),
    "shared": (
        "Shared owners",
        "Owners of this home who let its others see whom they are in touch with, with commas between.",
    ),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting as a form shows it. fixed: by what it is set so that the form cannot change it, empty where it can."""

    name: str
    title: str
    says: str
    value: Any
    shape: str
    origin: str
    fixed: str


@require_GET
def settings(request: HttpRequest) -> HttpResponse:
    """Show the settings."""
    return _page(request, "settings.html", _told(request))


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Change settings in the home's file."""
    served = mine()
    here = {each.name: each for each in _settings() if not each.fixed}
    values: dict[str, Any] = {}
    for name, each in here.items():
        said = request.POST.get(name)
        wanted = said == "1" if each.shape == "tick" else (said or "").strip()
        if str(wanted) != str(each.value) and (each.shape == "tick" or said is not None):
            values[name] = wanted
    if values:
        served.space.change_settings(values)
    messages.success(request, "Kept." if values else "Nothing was changed.")
    return redirect("/settings")


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep light or dark in the browser."""
    wanted = request.POST.get("theme", "")
    if wanted not in THEMES:
        raise UsageError(f"{wanted!r} is no theme.", hint="There are: light, dark, system.")
    answer = shown.back(request, "/settings")
    if wanted == "system":
        answer.delete_cookie("theme", samesite="Strict")
    else:
        answer.set_cookie("theme", wanted, max_age=_THEME_SECONDS, samesite="Strict", secure=request.is_secure())
    return answer


@require_GET
def check(request: HttpRequest) -> HttpResponse:
    """Show what doctor finds."""
    findings = mine().space.examine()
    bad = sum(not finding.ok for finding in findings)
    return _page(request, "check.html", {"findings": findings, "bad": bad, "here": "/settings"})


@require_POST
def make_token(request: HttpRequest) -> HttpResponse:
    """Make a token for a program, and show it this once."""
    mine()
    name = request.POST.get("name", "").strip()[:80]
    scopes = [scope for scope in SCOPES if scope in request.POST.getlist("scope")]
    if not name or not scopes:
        raise UsageError("A program needs a name and something that it may do.", hint="Give a name, and tick one.")
    # Where somebody signed in, the token ends with their account or their password.
    user = request.user if isinstance(request.user, User) else None
    secret = Token.issue(name, " ".join(scopes), user=user)
    return _page(request, "settings.html", {**_told(request), "secret": secret, "secret_of": name})


@require_POST
def revoke_token(request: HttpRequest) -> HttpResponse:
    """Let a program in no more."""
    mine()
    gone, _ = Token.objects.filter(pk=whole(request.POST.get("token")) or 0).delete()
    messages.info(request, "That program is let in no more." if gone else "That program was gone already.")
    return redirect("/settings#programs")


@require_POST
def drop_view(request: HttpRequest) -> HttpResponse:
    """Forget a saved view."""
    owner = mine().space.owner
    SavedView.objects.filter(pk=whole(request.POST.get("view")) or 0, owner=owner).delete()
    messages.info(request, "The view is gone.")
    return redirect("/settings#views")


def mine() -> Any:
    """Return what is served. Raises UsageError under invented names."""
    if current().incognito:
        raise UsageError("Nothing can be changed or taken out under invented names.", hint="Serve without --incognito.")
    return current()


def _told(request: HttpRequest) -> dict[str, Any]:
    served = current()
    home = served.space.home
    return {
        "settings": _settings(),
        "home": str(home.path),
        "file": str(home.path / FILE),
        "themes": THEMES,
        "theme": request.COOKIES.get("theme", "system"),
        "tokens": [] if served.incognito else list(Token.objects.select_related("user").order_by("-made")),
        "scopes": SCOPES,
        "views": [] if served.incognito else list(SavedView.objects.filter(owner=served.space.owner)),
        "originals": home.uploads.exists(),
        "here": "/settings",
    }


def _settings() -> list[Setting]:
    found = current().space.settings
    return [_setting(name, getattr(found, name), found.origins.get(name, "default")) for name in NAMES]


def _setting(name: str, value: Any, origin: str) -> Setting:
    title, says = _SAID[name]
    fixed = "" if origin == "default" or origin.endswith(FILE) else origin
    shape = "tick" if isinstance(value, bool) else "number" if isinstance(value, int) else "text"
    shown_value = ", ".join(value) if isinstance(value, tuple) else value
    return Setting(name, title, says, shown_value, shape, origin, fixed)


def _page(request: HttpRequest, template: str, told: Mapping[str, Any]) -> HttpResponse:
    """Answer also where nothing has come in yet."""
    if shown.nothing_yet():
        return render(request, f"weakties/{template}", dict(told))
    return shown.page(request, template, lambda _: told)
