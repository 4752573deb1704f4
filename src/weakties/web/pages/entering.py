"""The way in: by the link that was printed, once, or by a name and a password where there are accounts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.contrib.auth import authenticate, login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from weakties.web import peer
from weakties.web.guard import ENTERED, is_in
from weakties.web.models import Failure, Ticket
from weakties.web.pages import shown
from weakties.web.pages.whole import whole
from weakties.web.running import proof
from weakties.web.served import current

# Whoever fails so often within so many minutes waits until these are over: by name and address, and by address alone.
_WINDOW = timedelta(minutes=15)
_BY_NAME, _BY_ADDRESS = 5, 30


@require_GET
def enter(request: HttpRequest) -> HttpResponse:
    """Let in whoever has the link, once. With accounts there are no such links."""
    if _other_user(request.META):
        return render(request, "weakties/no-entry.html", {"others": True}, status=403)
    if current().accounts or not Ticket.take(request.GET.get("key", "")):
        return (
            redirect("/") if is_in(request) else render(request, "weakties/no-entry.html", {"used": True}, status=403)
        )
    request.session.cycle_key()
    request.session[ENTERED] = True
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        # A link elsewhere led here, as one in a file; a browser shows what it was just given only to pages that lead on from here.
        return HttpResponse(status=200, headers={"Refresh": "0; url=/"})
    return redirect("/")


def _other_user(said: Mapping[str, str]) -> bool:
    from_port, to_port = whole(said.get("REMOTE_PORT")), whole(said.get("SERVER_PORT"))
    return from_port is not None and to_port is not None and peer.is_other(from_port, to_port)


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let in whoever has a name and a password."""
    if not current().accounts:
        return redirect("/")
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    onward = wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/") else "/"
    told = {"next": onward, "name": request.POST.get("name", "")}
    if request.method == "GET":
        return render(request, "weakties/sign-in.html", told)
    name, address = request.POST.get("name", "")[:150], request.META.get("REMOTE_ADDR", "")
    if _too_often(name, address):
        return render(
            request, "weakties/sign-in.html", {**told, "wait": int(_WINDOW.total_seconds() // 60)}, status=429
        )
    user = authenticate(request, username=name, password=request.POST.get("password", ""))
    if user is None:
        Failure.objects.create(name=name, address=address)
        return render(request, "weakties/sign-in.html", {**told, "failed": True}, status=403)
    Failure.objects.filter(name=name, address=address).delete()
    login(request, user)
    return redirect(onward)


@require_GET
def alive(request: HttpRequest) -> HttpResponse:
    """Prove to another weakties of this machine that we are the one it knows of; to everybody else it says nothing."""
    return HttpResponse(proof(current().word, request.GET.get("asked", "")[:64]), content_type="text/plain")


@require_POST
def present(request: HttpRequest) -> HttpResponse:
    """Hear that a page is open, or was closed, where the server ends with the last one."""
    here = current().present
    if here is None:
        raise Http404("present")
    (here.left if request.POST.get("how") == "left" else here.here)(request.POST.get("page", "")[:20])
    return HttpResponse(status=204)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Let go of the browser."""
    logout(request)
    return redirect("/")


@require_GET
def welcome(request: HttpRequest) -> HttpResponse:
    """Show what to do first, where nothing was imported yet."""
    if not shown.nothing_yet():
        return redirect("/")
    return render(request, "weakties/welcome.html")


def _too_often(name: str, address: str) -> bool:
    """Tell whether somebody failed to sign in too often. What is older is forgotten."""
    since = timezone.now() - _WINDOW
    Failure.objects.filter(at__lt=since).delete()
    by_address = Failure.objects.filter(address=address)
    return by_address.filter(name=name).count() >= _BY_NAME or by_address.count() >= _BY_ADDRESS
