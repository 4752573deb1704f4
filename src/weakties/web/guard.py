"""Who may look, and what a browser may do with what it gets: headers, names of hosts, the one-time link, errors told as pages."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers

from weakties.contract.envelope import failure
from weakties.errors import (
    AmbiguousPerson,
    HomeBusy,
    UnknownGroup,
    UnknownImport,
    UnknownPerson,
    UsageError,
    WeaktiesError,
)
from weakties.incognito import shown_id
from weakties.web.served import current
from weakties.web.whole import whole

Answer = Callable[[HttpRequest], HttpResponse]

# Nothing from elsewhere, nothing inline, nothing that frames us; a picture may be drawn into the page itself.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Whoever has not come in yet may see these: the way in, and what draws it.
_OPEN = re.compile(r"/(enter|sign-in|static/.*|manifest\.webmanifest|api/.*|alive)", re.DOTALL)
# What leaves a home as it is although it is sent: under invented names nothing else may be.
_LOOKS = ("GET", "HEAD", "OPTIONS")
_HARMLESS = (
    "/enter",
    "/sign-in",
    "/sign-out",
    "/settings/theme",
    "/today/budget",
    "/introductions/targets",
    "/present",
)
# The name of a host as a browser sends it, with its port.
_HOST = re.compile(r"^(?P<name>\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?$")
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
ENTERED = "entered"
# What somebody may send who is not in: a name and a password.
_STRANGER_BYTES = 16 * 1024


class Headers:
    """Says to the browser what it may do with the page."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers."""
        began = time.perf_counter()
        response = self._answer(request)
        response.headers["Server-Timing"] = f"total;dur={(time.perf_counter() - began) * 1000:.1f}"
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if not request.path.startswith("/static/"):
            # What is on a page is nobody else's, and stays in no cache.
            response.headers.setdefault("Cache-Control", "no-store")
            patch_vary_headers(response, ["Cookie", "HX-Request"])
        return response


class Hosts:
    """Refuses whoever asks for us by another name: a page elsewhere whose name was made to mean this machine."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer whoever calls us by a name of ours."""
        said = _HOST.match(request.META.get("HTTP_HOST", "").lower())
        if said is None or said["name"] not in {*LOOPBACK, *current().hosts}:
            text = "This server does not go by that name. Start it with: weakties serve --host NAME\n"
            return HttpResponse(text, status=421, content_type="text/plain; charset=utf-8")
        return self._answer(request)


class Entered:
    """Lets in whoever came by the printed link, or signed in where there are accounts."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or show the way in."""
        open_to_all = _OPEN.fullmatch(request.path) is not None
        # Programs show a token before anything that they send is read.
        little = request.path.startswith("/api/") or length(request) <= _STRANGER_BYTES
        if (open_to_all and little) or is_in(request):
            return self._answer(request)
        if open_to_all:
            return HttpResponse("That is too much at once.", status=413)
        if current().accounts:
            if request.method != "GET":
                return HttpResponse("Sign in first.", status=403)
            return redirect(f"/sign-in?next={quote(request.get_full_path())}")
        return render(request, "weakties/no-entry.html", status=403)


def length(request: HttpRequest) -> int:
    """Return how many bytes are announced; very many where that is not said plainly."""
    said = whole(request.META.get("CONTENT_LENGTH") or "0")
    return sys.maxsize if said is None else said


def is_in(request: HttpRequest) -> bool:
    """Tell whether whoever asks may look."""
    return request.user.is_authenticated if current().accounts else bool(request.session.get(ENTERED))


def status_of(error: WeaktiesError) -> int:
    """Return the status of HTTP with which an error is answered."""
    match error:
        case AmbiguousPerson():
            return 300
        case UnknownPerson() | UnknownImport() | UnknownGroup():
            return 404
        case HomeBusy():
            return 503
        case UsageError():
            return 400
        case _:
            return 409


def _candidates(error: WeaktiesError) -> list[tuple[str, str, str]]:
    """Return whom an error leaves to choose from: the id as it is shown, name and handle of each."""
    secret = current().space.home.secret() if current().incognito else ""
    return [(shown_id(person, secret), name, handle) for person, name, handle in getattr(error, "candidates", ())]


class Told:
    """Tells what weakties says no to as a page, with what to do about it."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self._answer(request)

    def process_view(self, request: HttpRequest, view: Any, parts: Any, named: Any) -> HttpResponse | None:
        """Return the page that refuses to decide anything under invented names; None for whatever else is asked.

        What is decided there would be kept under them, and what it does would show who is meant.
        """
        del view, parts, named
        if not current().incognito or request.method in _LOOKS or request.path in _HARMLESS:
            return None
        error = UsageError("Nothing can be decided or changed under invented names.", hint="Serve without --incognito.")
        if request.path.startswith("/api/"):
            return JsonResponse(failure(str(error), error.hint, error.exit_code), status=status_of(error))
        return self.process_exception(request, error)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the page that tells an error; None for what nobody foresaw."""
        if not isinstance(error, WeaktiesError):
            return None
        status = status_of(error)
        if request.headers.get("HX-Request"):
            # A part of the page stays as it is; what went wrong is told beside it.
            messages.error(request, str(error))
            answer = render(request, "weakties/parts/toasts.html", {"failed": error}, status=status)
            answer.headers["HX-Reswap"] = "none"
            return answer
        if isinstance(error, HomeBusy) and request.method == "GET":
            answer = render(request, "weakties/busy.html", {"error": error}, status=status)
            answer.headers["Retry-After"] = "2"
            return answer
        told: dict[str, Any] = {"error": error, "candidates": _candidates(error)}
        return render(request, "weakties/error.html", told, status=status)
