"""How the interface answers: the token is held against what the route asks for, what was asked is checked, errors are JSON too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from weakties.contract.envelope import failure
from weakties.errors import AmbiguousPerson, WeaktiesError
from weakties.web.api import openapi, reads, writes
from weakties.web.api.route import Route
from weakties.web.guard import is_in, status_of
from weakties.web.models import Token
from weakties.web.pages.shown import nothing_yet

ROUTES: tuple[Route, ...] = (*reads.ROUTES, *writes.ROUTES)
# What a body may hold.
_MOST_BYTES = 256 * 1024
_PATTERNS = [(route, re.compile("^" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.path) + "$")) for route in ROUTES]
# When a token was last used is written down to the hour.
_USED_SECONDS = 3_600


class Refused(Exception):
    """Somebody may not, or what was sent cannot be understood. status: of HTTP."""

    def __init__(self, status: int, message: str, hint: str) -> None:
        super().__init__(message)
        self.status, self.hint = status, hint


@csrf_exempt
def answer(request: HttpRequest, path: str) -> HttpResponse:
    """Answer a program."""
    try:
        if path == "openapi.json" and request.method == "GET":
            return _json(openapi.described(ROUTES), 200)
        route, parts = _route(request, f"/{path}")
        _may(request, route)
        _may_answer(route)
        return _json(route.do(parts, _asked(request, route)), 201 if route.method == "post" else 200)
    except Refused as error:
        return _json(failure(str(error), error.hint, 2), error.status)
    except WeaktiesError as error:
        return _json(failure(str(error), error.hint, error.exit_code), _status(error))


def _route(request: HttpRequest, path: str) -> tuple[Route, Mapping[str, str]]:
    fits = [(route, found) for route, pattern in _PATTERNS if (found := pattern.match(path))]
    if not fits:
        raise Refused(404, "There is no such question.", "GET /api/v1/openapi.json lists them.")
    method = (request.method or "").lower()
    for route, found in fits:
        if route.method == method:
            return route, found.groupdict()
    may = ", ".join(sorted(route.method.upper() for route, _ in fits))
    raise Refused(405, f"{request.method} is not what this address takes.", f"It takes {may}.")


def _may(request: HttpRequest, route: Route) -> None:
    """Raise Refused where whoever asks may not. A browser that was let in may read; to write needs a token."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        if is_in(request) and route.scope == "read":
            return
        raise Refused(401, "A token is needed.", "Settings make one; send it as Authorization: Bearer TOKEN.")
    token = Token.of(secret.strip())
    if token is None:
        raise Refused(401, "This token is not known, or no more.", "Settings make another.")
    if route.scope not in token.scopes.split():
        raise Refused(403, f"This token may not {route.scope}.", f"Make one with the scope {route.scope}.")
    now = timezone.now()
    if token.used is None or (now - token.used).total_seconds() > _USED_SECONDS:
        Token.objects.filter(pk=token.pk).update(used=now)


def _may_answer(route: Route) -> None:
    if nothing_yet() and route.method == "get":
        raise Refused(409, "Nothing has been imported yet.", "weakties import PATH reads your mail.")


def _asked(request: HttpRequest, route: Route) -> Any:
    if route.asked is None:
        return None
    try:
        if route.method == "get":
            return msgspec.convert(request.GET.dict(), route.asked, strict=False)
        if len(request.body) > _MOST_BYTES:
            raise Refused(413, "This is too much at once.", f"Send {_MOST_BYTES // 1024} KB at the most.")
        return msgspec.json.decode(request.body, type=route.asked)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused(
            400, f"What was asked cannot be understood: {error}.", "GET /api/v1/openapi.json says what can."
        ) from error


def _status(error: WeaktiesError) -> int:
    """Return the status of an error. A program chooses nobody from a list, so that a name of several is a conflict."""
    return 409 if isinstance(error, AmbiguousPerson) else status_of(error)


def _json(said: Mapping[str, Any], status: int) -> HttpResponse:
    response = HttpResponse(msgspec.json.encode(said), status=status, content_type="application/json")
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
