"""A browser comes back to this machine: the one page of a sign-in, on a port that nobody else can reach.

It listens on 127.0.0.1 alone, for one answer, known by its state; whatever else asks is sent away, and the sign-in waits on.
"""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from weakties.accounts.oauth import PATIENCE_SECONDS, Asking, Client, Grant, Provider, begun, granted
from weakties.accounts.web import FIRST_WAIT_SECONDS
from weakties.errors import AccountError

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>weakties</title></head>
<body style="font-family: sans-serif; margin: 4em auto; max-width: 34em"><h1>weakties</h1><p>{}</p></body></html>"""
_DONE = "You have signed in. This window may be closed; weakties goes on in the terminal."
_REFUSED = "Nothing was granted. This window may be closed; the terminal says what to do."
_STRANGE = "This is not the answer that weakties waits for. Open the address that it printed last."
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}


def by_browser(
    provider: Provider,
    client: Client,
    user: str,
    show: Callable[[str], None],
    *,
    seconds: float = PATIENCE_SECONDS,
    wait: float = FIRST_WAIT_SECONDS,
) -> Grant:
    """Return what the user has granted in a browser. show: called with the address to open. Raises AccountError."""
    waiting = _Waiting()
    with _listening(waiting) as port:
        waiting.asking = asking = begun(provider, client, user, f"http://{provider.host}:{port}")
        show(asking.address)
        if not waiting.over.wait(seconds) and not waiting.said:
            strange = " What came back was of another sign-in." if waiting.strange else ""
            raise AccountError(
                f"Nobody came back from {provider.name} in time.{strange}",
                hint="Connect again, and open the address in a browser on this machine.",
            )
    return granted(provider, client, asking, waiting.said, wait=wait)


@dataclass(slots=True)
class _Waiting:
    """What is waited for, and what came. strange: whether something else did."""

    asking: Asking | None = None
    said: dict[str, str] = field(default_factory=dict)
    strange: bool = False
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def takes(self, said: dict[str, str]) -> bool:
        """Take an answer if it is the one, the first time."""
        with self.lock:
            wanted = self.asking.state if self.asking else ""
            ours = bool(wanted) and hmac.compare_digest(said.get("state", "").encode(), wanted.encode())
            if not ours or self.said or not (said.get("code") or said.get("error")):
                self.strange = self.strange or "state" in said
                return False
            self.said = said
            return True


@contextmanager
def _listening(waiting: _Waiting) -> Iterator[int]:
    """Listen for the browser; yield the port."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 20

        def do_GET(self) -> None:
            """Answer a browser."""
            said = dict(parse_qsl(urlsplit(self.path).query, max_num_fields=50, errors="replace"))
            taken = waiting.takes(said)
            page = _PAGE.format((_REFUSED if said.get("error") else _DONE) if taken else _STRANGE).encode()
            try:
                self.send_response(200 if taken else 400)
                for name, value in _HEADERS.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)
            finally:
                # The page is sent whole before anything else is done, where the browser still waits for it.
                if taken:
                    waiting.over.set()

        def log_message(self, *_: object) -> None:
            """Say nothing: what a browser brings is secret."""

    class Server(ThreadingHTTPServer):
        # Browsers open connections ahead on which they say nothing.
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: object) -> None:
            """Say nothing: a browser that hangs up, or asks what nobody can read, is not waited for."""

    try:
        server = Server(("127.0.0.1", 0), Handler)
    except OSError as error:
        raise AccountError(
            "No browser can come back to this machine: it opens no port.",
            hint="Sign in on another device with --device.",
        ) from error
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
