"""Whether the page of a home is served already, and where: so that a second `serve` opens the first instead of failing.

A small file in the home tells the port and a word that only the server and the file know; the server answers with the word, so a
file that is left of a killed one, or another program on that port, is never taken for it.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from weakties.facts.home import Home, write_atomically

FILE = "web.run"
_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Running:
    """A server of the page. address: as a browser of this machine finds it; word: what it answers at /alive; accounts: whether one
    signs in instead of coming by a link."""

    port: int
    pid: int
    address: str
    word: str
    accounts: bool = False


@contextmanager
def told(home: Home, *, port: int, address: str, accounts: bool) -> Iterator[str]:
    """Tell in the home that its page is served, for as long as this lasts, and yield the word to answer with."""
    mine = Running(port, os.getpid(), address, secrets.token_hex(16), accounts)
    path = home.path / FILE
    write_atomically(path, json.dumps(asdict(mine)) + "\n")
    try:
        yield mine.word
    finally:
        if _read(path) == mine:
            path.unlink(missing_ok=True)


def running(home: Home) -> Running | None:
    """Return the server of a home's page, None where none answers."""
    found = _read(home.path / FILE)
    return found if found is not None and _answers(found) else None


def _read(path: Path) -> Running | None:
    with suppress(OSError, ValueError, TypeError):
        return Running(**json.loads(path.read_text(encoding="utf-8")))
    return None


def _answers(found: Running) -> bool:
    secure = found.address.startswith("https:")
    with suppress(OSError, http.client.HTTPException, ValueError):
        connection = (
            http.client.HTTPSConnection("127.0.0.1", found.port, timeout=_SECONDS, context=_unchecked())
            if secure
            else http.client.HTTPConnection("127.0.0.1", found.port, timeout=_SECONDS)
        )
        try:
            connection.request("GET", "/alive")
            return connection.getresponse().read(100).decode("ascii", "replace") == found.word
        finally:
            connection.close()
    return False


def _unchecked() -> ssl.SSLContext:
    # Whether a certificate of one's own is in order says nothing here: the word does.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
