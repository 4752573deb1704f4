"""The files that draw the page: read once, packed once, told apart by what is in them, so that a browser asks for each once."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse

# A year: an address names what is in the file, so what it answers never changes.
_FOR_EVER = "public, max-age=31536000, immutable"
# What is packed already only grows when packed again.
_PACKED = (".png", ".woff2", ".ico")
# What a machine may not know by itself.
_KINDS = {".js": "text/javascript", ".webmanifest": "application/manifest+json", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the page. version: follows from its content; packed: by gzip, None where that saves nothing."""

    content: bytes
    packed: bytes | None
    kind: str
    version: str


@cache
def assets() -> dict[str, Asset]:
    """Return every file of the page by its path below `static/weakties`."""
    return dict(_found(resources.files("weakties.web") / "static" / "weakties", ""))


def address(name: str) -> str:
    """Return where a file of the page is found. Raises KeyError."""
    return f"/static/{name}?v={assets()[name].version}"


def static(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with a file of the page."""
    asset = assets().get(name)
    if asset is None:
        raise Http404(name)
    tag = f'"{asset.version}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    packed = asset.packed is not None and "gzip" in request.headers.get("Accept-Encoding", "")
    body = asset.packed if packed and asset.packed is not None else asset.content
    answer = HttpResponse(body, content_type=asset.kind)
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["ETag"] = tag
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = _FOR_EVER if request.GET.get("v") == asset.version else "no-cache"
    return answer


def _found(folder: Traversable, below: str) -> list[tuple[str, Asset]]:
    found: list[tuple[str, Asset]] = []
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        name = f"{below}{entry.name}"
        if entry.is_dir():
            found += _found(entry, f"{name}/")
        else:
            found.append((name, _asset(name, entry.read_bytes())))
    return found


def _asset(name: str, content: bytes) -> Asset:
    ending = f".{name.rpartition('.')[2]}"
    kind = _KINDS.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind.startswith("text/") or kind.endswith(("+json", "+xml")):
        kind += "; charset=utf-8"
    packed = None if ending in _PACKED else gzip.compress(content, 9, mtime=0)
    version = hashlib.blake2b(content, digest_size=6).hexdigest()
    return Asset(content, packed, kind, version)


def manifest(request: HttpRequest) -> HttpResponse:
    """Answer with what a telephone needs to put the page on its home screen."""
    del request
    icons = [
        {"src": address(f"icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    said = {
        "name": "weakties", "short_name": "weakties", "start_url": "/", "scope": "/", "display": "standalone", "lang": "en",
        "description": "Who deserves a word today, and why.", "background_color": "#f3f5f3", "theme_color": "#f3f5f3",
        "icons": icons,
    }  # fmt: skip
    return JsonResponse(said, content_type="application/manifest+json")
