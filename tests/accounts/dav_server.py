"""Real and false WebDAV servers for tests: Radicale with a storage of its own, and one that answers whatever it is told to."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

import httpx
import pytest
from tests.accounts.dovecot import free_port

USER, PASSWORD = "ana@home.example", "correct-horse"

_CONFIG = """
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {root}/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = {root}/storage
[logging]
level = error
"""

_MAKE = """<?xml version="1.0"?>
<mkcol xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:a="urn:ietf:params:xml:ns:carddav"><set><prop>
<resourcetype><collection/>{kind}</resourcetype><displayname>{name}</displayname>{further}</prop></set></mkcol>"""


class Radicale:
    """A server as another program of its user sees it. url: of its root; home: of all that is hers."""

    def __init__(self, root: Path, port: int) -> None:
        self.root = root
        self.port = port
        self.url = f"http://localhost:{port}"
        self.home = f"/{USER}"
        self.client = httpx.Client(base_url=self.url, auth=(USER, PASSWORD), trust_env=False)

    def make(self, path: str, name: str, *, calendar: bool = False, entries: str = "VEVENT") -> None:
        """Make a collection."""
        kind = "<c:calendar/>" if calendar else "<a:addressbook/>"
        comps = f'<c:comp name="{entries}"/>'
        further = (
            f"<c:supported-calendar-component-set>{comps}</c:supported-calendar-component-set>" if calendar else ""
        )
        body = _MAKE.format(kind=kind, name=escape(name), further=further)
        self.client.request("MKCOL", f"{self.home}/{path}", content=body).raise_for_status()

    def put(self, path: str, data: str) -> None:
        """Write one card or entry."""
        self.client.put(f"{self.home}/{path}", content=data.encode()).raise_for_status()

    def delete(self, path: str) -> None:
        """Delete one card or entry."""
        self.client.delete(f"{self.home}/{path}").raise_for_status()

    def forget_tokens(self) -> None:
        """Let all tokens that were given out be worth nothing."""
        for cache in self.root.rglob(".Radicale.cache"):
            shutil.rmtree(cache)


@contextmanager
def radicale() -> Iterator[Radicale]:
    """Run the server and yield it."""
    with TemporaryDirectory(prefix="weakties-radicale-") as folder:
        root, port = Path(folder), free_port()
        (root / "users").write_text(f"{USER}:{PASSWORD}\n", encoding="utf-8")
        (root / "config").write_text(_CONFIG.format(root=root, port=port), encoding="utf-8")
        with (root / "log").open("wb") as log:
            command = [sys.executable, "-W", "ignore", "-m", "radicale", "--config", str(root / "config")]
            process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait(port, process, root / "log")
            server = Radicale(root, port)
            yield server
            server.client.close()
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(400):
        with socket.socket() as probe:
            if process.poll() is None and probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(f"Radicale did not start: {log.read_text(encoding='utf-8')}")


# method, path, body -> status, headers, body
Answers = Callable[[str, str, bytes], tuple[int, dict[str, str], bytes]]


@contextmanager
def answering(answers: Answers) -> Iterator[str]:
    """Run a server that answers what it is told to, and yield its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, said = answers(self.command, self.path, body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_PROPFIND = do_REPORT = _answer  # noqa: N815  as the standard library calls them

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Somebody hung up: that is what some tests are about."""

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
