"""Whether the page of a home is served already, and where: so that a second `serve` opens the first instead of failing.

A small file in the home tells the port, what is served there, and a word that only the server and the file know. The server proves
that it knows the word without saying it, so neither what a killed one left nor another program on that port is taken for it.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import os
import secrets
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from weakties.facts.home import Home, write_atomically

FILE = "web.run"
_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Running:
    """A server of the page. address: as a browser of this machine finds it; word: what it knows; accounts: whether one signs in
    instead of coming by a link; owner, as_of, incognito: whose ties it shows, of which day (empty for today), under which names."""

    port: int
    pid: int
    address: str
    word: str
    accounts: bool = False
    owner: str = "me"
    as_of: str = ""
    incognito: bool = False

    def otherwise(self, *, owner: str, as_of: date | None, incognito: bool, lan: bool) -> list[str]:
        """Return the options by which what is asked for now differs from what is served; others may be let in unasked."""
        differs = {
            "--owner": owner != self.owner,
            "--as-of": str(as_of or "") != self.as_of,
            "--incognito": incognito != self.incognito,
            "--lan": lan and not self.accounts,
        }
        return [name for name, differs_there in differs.items() if differs_there]


def proof(word: str, asked: str) -> str:
    """Return what only somebody who knows the word can answer to what is asked."""
    return hmac.new(word.encode(), asked.encode(), hashlib.sha256).hexdigest()


@contextmanager
def told(
    home: Home, *, port: int, address: str, accounts: bool, owner: str, as_of: date | None, incognito: bool
) -> Iterator[str]:
    """Tell in the home that its page is served, for as long as this lasts, and yield the word to prove it by."""
    word = secrets.token_hex(16)
    mine = Running(port, os.getpid(), address, word, accounts, owner, str(as_of or ""), incognito)
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
    asked = secrets.token_hex(16)
    secure = found.address.startswith("https:")
    with suppress(OSError, http.client.HTTPException, ValueError):
        connection = (
            http.client.HTTPSConnection("127.0.0.1", found.port, timeout=_SECONDS, context=_unchecked())
            if secure
            else http.client.HTTPConnection("127.0.0.1", found.port, timeout=_SECONDS)
        )
        try:
            connection.request("GET", f"/alive?asked={asked}")
            said = connection.getresponse().read(100).decode("ascii", "replace")
            return hmac.compare_digest(said.encode(), proof(found.word, asked).encode())
        finally:
            connection.close()
    return False


def _unchecked() -> ssl.SSLContext:
    # Whether a certificate of one's own is in order says nothing here: the proof does.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
