"""Pages that say no: a form that did not come from here, a page that is not, something that nobody foresaw."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from weakties.contract.envelope import failure


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form that no page of ours was the origin of."""
    del reason
    told = "This form did not come from a page of weakties, or from one that stood open too long."
    said = {"said": told, "hint": "Open the page again and press once more."}
    return render(request, "weakties/refused.html", said, status=403)


def absent(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is no such page."""
    del exception
    if request.path.startswith("/api/"):
        return JsonResponse(
            failure("There is no such question.", "GET /api/v1/openapi.json lists them.", 2), status=404
        )
    said = {"said": "There is no such page.", "hint": "The list at the side names those there are."}
    return render(request, "weakties/refused.html", said, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that something went wrong which nobody foresaw."""
    if request.path.startswith("/api/"):
        return JsonResponse(failure("Something went wrong here that nobody foresaw.", "Report it.", 1), status=500)
    hint = "Nothing was changed by it. The terminal in which weakties serves says what it was."
    said = {"said": "Something went wrong here that nobody foresaw.", "hint": hint}
    return render(request, "weakties/refused.html", said, status=500)
