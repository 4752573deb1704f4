"""The way in: by the link that was printed, once, or by a name and a password where there are accounts."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_address, ip_network

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
from weakties.web.running import proof
from weakties.web.served import current
from weakties.web.whole import whole

# Whoever fails so often within so many minutes waits until these are over: by name and address, and by address alone. What comes
# from one address keeps nobody out who comes from another.
_WINDOW = timedelta(minutes=15)
_BY_NAME, _BY_ADDRESS = 5, 30
# Passwords are tried one after the other, wherever they come from, which is what slows down somebody with many addresses; and
# only so many wait for that, so that they hold few threads.
_one_at_a_time = threading.Lock()
_waiting = threading.BoundedSemaphore(4)
# An address of the sixth version is one of very many that a single machine has: all of its network count as one.
_NETWORK_BITS = 64


@require_GET
def enter(request: HttpRequest) -> HttpResponse:
    """Let in whoever has the link, once. With accounts there are no such links."""
    if not current().accounts and _other_user(request.META):
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
    return (
        from_port is not None and to_port is not None and peer.is_other(said.get("REMOTE_ADDR", ""), from_port, to_port)
    )


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
    if not _waiting.acquire(blocking=False):
        return render(request, "weakties/sign-in.html", {**told, "busy": True}, status=429)
    try:
        with _one_at_a_time:
            return _tried(request, told)
    finally:
        _waiting.release()


def _tried(request: HttpRequest, told: Mapping[str, str]) -> HttpResponse:
    name, address = request.POST.get("name", "")[:150], address_of(request)
    if _too_often(name, address):
        wait = int(_WINDOW.total_seconds() // 60)
        return render(request, "weakties/sign-in.html", {**told, "wait": wait}, status=429)
    user = authenticate(request, username=name, password=request.POST.get("password", ""))
    if user is None:
        Failure.objects.create(name=name, address=address)
        return render(request, "weakties/sign-in.html", {**told, "failed": True}, status=403)
    Failure.objects.filter(name=name, address=address).delete()
    login(request, user)
    return redirect(told["next"])


def address_of(request: HttpRequest) -> str:
    """Return where a request comes from: what the proxy added last where there is one, for what stands before that anybody may have
    written. Of an address of the sixth version its network is returned."""
    said = str(request.META.get("REMOTE_ADDR", ""))
    if current().behind_proxy:
        said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        found = ip_address(said)
    except ValueError:
        return said[:64]
    return str(found) if found.version == 4 else str(ip_network((found, _NETWORK_BITS), strict=False))


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
    """Tell whether somebody failed to sign in too often. What is older is forgotten. A proxy that says nothing of where requests come
    from makes all of them one, which must not keep everybody out."""
    since = timezone.now() - _WINDOW
    Failure.objects.filter(at__lt=since).delete()
    if not address:
        return False
    by_address = Failure.objects.filter(address=address)
    return by_address.filter(name=name).count() >= _BY_NAME or by_address.count() >= _BY_ADDRESS
