"""The way to uv where Python has neither venv nor pip: a wheel from an index, fetched with the standard library alone."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import platform
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from scripts import bootstrap

MACHINE = platform.machine().lower()
NAMES = [
    f"uv-{bootstrap.UV_VERSION}-py3-none-{tag}_{MACHINE}.whl"
    for tag in ("manylinux_2_17", "musllinux_1_1", "macosx_11_0")
]
NAMES += [f"uv-{bootstrap.UV_VERSION}.tar.gz", f"uv-0.0.1-py3-none-manylinux_2_17_{MACHINE}.whl"]


def wheel() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        # With a date of its own: the same bytes whenever it is asked for.
        program = zipfile.ZipInfo(f"uv-{bootstrap.UV_VERSION}.data/scripts/uv", (2026, 1, 1, 0, 0, 0))
        archive.writestr(program, b"#!/bin/sh\n")
    return packed.getvalue()


class Index(BaseHTTPRequestHandler):
    """A package index with one project. kind: of its page; asks: for a name and a password; lies: of what it has."""

    kind, asks, lies = "application/vnd.pypi.simple.v1+json", False, False

    def do_GET(self) -> None:
        known = f"Basic {base64.b64encode(b'ana:pass word').decode()}"
        if self.asks and self.headers.get("Authorization") != known:
            self.send_error(401)
            return
        page = self.path == "/simple/uv/"
        content = self.page() if page else wheel()
        self.send_response(200)
        self.send_header("Content-Type", self.kind if page else "application/octet-stream")
        self.end_headers()
        self.wfile.write(content)

    def page(self) -> bytes:
        digest = hashlib.sha256(b"something else" if self.lies else wheel()).hexdigest()
        if self.kind == "text/html":
            return "".join(f'<a class="x" href="../../files/{n}#sha256={digest}">{n}</a>' for n in NAMES).encode()
        files = [{"filename": n, "url": f"../../files/{n}", "hashes": {"sha256": digest}} for n in NAMES]
        return json.dumps({"files": files}).encode()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Index]]:
    class Own(Index):
        """One to change."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Own) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr(bootstrap, "TOOLS", tmp_path / "tools")
        monkeypatch.setenv("PIP_INDEX_URL", f"http://ana:pass%20word@127.0.0.1:{server.server_port}/simple/")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        yield Own
        server.shutdown()


@pytest.mark.parametrize("kind", ["application/vnd.pypi.simple.v1+json", "text/html"])
@pytest.mark.parametrize("asks", [False, True])
def test_the_wheel_comes_from_whatever_index_is_told(index: type[Index], kind: str, asks: bool) -> None:
    index.kind, index.asks = kind, asks
    got = bootstrap.uv_by_hand()
    assert got.read_bytes() == b"#!/bin/sh\n"
    assert got.stat().st_mode & 0o111
    assert bootstrap.installed_uv() == got
    assert [p.name for p in got.parent.iterdir()] == ["uv"]


def test_a_wheel_that_is_not_what_was_published_is_not_installed(index: type[Index]) -> None:
    index.lies = True
    with pytest.raises(SystemExit, match="SHA-256"):
        bootstrap.uv_by_hand()
    assert bootstrap.installed_uv() is None


def test_an_index_that_cannot_be_reached_is_told_without_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://ana:secret@127.0.0.1:1/simple")
    with pytest.raises(
        SystemExit, match=r"uv cannot be fetched from http://127.0.0.1:1/simple/uv/: .*apt install"
    ) as told:
        bootstrap.uv_by_hand()
    assert "secret" not in str(told.value)
