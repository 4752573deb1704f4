"""What all pages do alike: lend a view, ask it, give it back, and only then draw the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from weakties.errors import UsageError
from weakties.web import chrome
from weakties.web.served import current
from weakties.workspace.seen import Seen

Asked = Callable[[Seen], Mapping[str, Any]]


def page(request: HttpRequest, template: str, ask: Asked, *, status: int = 200, slow: bool = False) -> HttpResponse:
    """Answer with a page; whoever has imported nothing is led to the first file.

    ask: returns what the template is given; slow: whether that may take seconds.
    """
    if nothing_yet():
        return redirect("/welcome")
    with current().view(slow=slow) as seen:
        told = {**ask(seen), **chrome.of(seen, chrome.minutes(request))}
    return render(request, f"weakties/{template}", told, status=status)


def part(request: HttpRequest, template: str, ask: Asked, *, slow: bool = False) -> HttpResponse:
    """Answer with a part of a page, see `page`."""
    with current().view(slow=slow) as seen:
        told = {**ask(seen), "behind": seen.behind}
    return render(request, f"weakties/parts/{template}", told)


def paged(found: Any, at: int, size: int, address: Callable[[int], str]) -> dict[str, Any]:
    """Return one sheet of a list as its template is given it.

    found: a sequence, or an array; at: which sheet, from 1; address: returns that of another sheet.
    """
    sheets = max(1, -(-len(found) // size))
    at = min(at, sheets)
    return {
        "rows": found[(at - 1) * size : at * size],
        "total": len(found),
        "at": at,
        "pages": sheets,
        "earlier": address(at - 1) if at > 1 else "",
        "later": address(at + 1) if at < sheets else "",
    }


def nothing_yet() -> bool:
    """Tell whether nothing was imported and nobody added by hand."""
    space = current().space
    return not space.imports() and not any(d.kind == "person" for d in space.decisions())


def may_decide() -> None:
    """Raise UsageError under invented names: what is decided there would be kept under them."""
    if current().incognito:
        raise UsageError("Nothing can be decided under invented names.", hint="Serve without --incognito.")


def back(request: HttpRequest, otherwise: str) -> HttpResponse:
    """Lead back to the page on which a form stood."""
    wanted = request.POST.get("back", "")
    return redirect(wanted if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) else otherwise)


def more(request: HttpRequest) -> HttpResponse:
    """Show all pages: on a telephone the bar has room for four."""
    return page(request, "more.html", lambda _: {})


def counting(request: HttpRequest) -> HttpResponse:
    """Tell a page that shows how things stood whether it is time to look again."""
    del request
    served = current()
    return JsonResponse({"behind": served.hand.is_behind(served.day, incognito=served.incognito)})
