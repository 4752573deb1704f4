"""The server of the page: one process, a few threads, ended by a signal or when nobody has the page open any more."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from weakties import config
from weakties.errors import HomeError, UsageError
from weakties.web import logged, running
from weakties.web.configured import configure, migrate
from weakties.web.present import Present
from weakties.web.served import Served, serve
from weakties.workspace import Workspace
from weakties.workspace.at_hand import AtHand

# Requests that are answered side by side; a page that watches an import holds one for as long as it runs.
THREADS = 12


@dataclass(frozen=True, slots=True)
class Wanted:
    """How to serve. lan: whether other machines may ask, which needs accounts; hosts: further names we go by; certificate, key: files
    of TLS; behind_proxy: whether somebody else does the TLS and says so; until_alone: whether to end when nobody has the page open
    any more."""

    port: int = 0
    lan: bool = False
    hosts: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None
    behind_proxy: bool = False
    as_of: date | None = None
    incognito: bool = False
    until_alone: bool = False

    def __post_init__(self) -> None:
        """Refuse what is for other machines where they are not let in. Raises UsageError."""
        said = {
            "--host": self.hosts,
            "--cert": self.certificate,
            "--key": self.key,
            "--behind-proxy": self.behind_proxy,
        }
        for_others = [name for name, given in said.items() if given]
        if for_others and not self.lan:
            raise UsageError(
                f"{' and '.join(for_others)}: other machines come in by name and password alone.",
                hint="Say so: weakties serve --lan ... Without it the page is for this machine.",
            )

    @property
    def secure(self) -> bool:
        """Whether browsers reach us over TLS."""
        return self.certificate is not None or self.behind_proxy


class Page:
    """A page that is ready to be served. Use as: make it, `open` a link, `run` until it is stopped."""

    def __init__(self, space: Workspace, wanted: Wanted) -> None:
        home = space.home
        configure(home.path / "web.sqlite", home.secret(), secure=wanted.secure, behind_proxy=wanted.behind_proxy)
        migrate()
        accounts = wanted.lan
        if accounts:
            _may_be_reached(wanted)
        self.hand = AtHand(space, as_of=wanted.as_of, settings=lambda: config.load(home.path, environment=os.environ))
        self.wanted = wanted
        self.served = Served(space, self.hand, wanted.as_of, wanted.incognito, accounts, wanted.hosts)
        self.served.behind_proxy = wanted.behind_proxy
        self.served.present = Present() if wanted.until_alone else None
        serve(self.served)
        self._server = _server(wanted)

    @property
    def address(self) -> str:
        """Where the page is found from this machine."""
        scheme = "https" if self.wanted.certificate else "http"
        return f"{scheme}://127.0.0.1:{self._server.bind_addr[1]}"

    def link(self) -> str:
        """Return an address that lets one browser in, once; with accounts that of the page itself."""
        from weakties.web.models import Ticket

        return self.address if self.wanted.lan else f"{self.address}/enter?key={Ticket.issue()}"

    def run(self) -> None:
        """Answer until somebody stops us."""
        from weakties.web.pages.privacy import swept

        served = self.served
        swept(served.space.home)
        port = self._server.bind_addr[1]
        try:
            with running.told(
                served.space.home, port=port, address=self.address, accounts=served.accounts, owner=served.space.owner,
                as_of=served.as_of, incognito=served.incognito,
            ) as word:  # fmt: skip
                served.word = word
                if served.present is not None:
                    served.present.watch(self._server.stop)
                self._server.serve()
        finally:
            self.stop()

    def stop(self) -> None:
        """Stop answering, and let go of the home."""
        self.served.jobs.close()
        if self.served.present is not None:
            self.served.present.over.set()
        self._server.stop()
        self.hand.close()


def _may_be_reached(wanted: Wanted) -> None:
    """Raise UsageError where other machines may not be let in: without an account, or without TLS."""
    from django.contrib.auth.models import User

    if not User.objects.exists():
        raise UsageError("Nobody could sign in: there is no account.", hint="Make one first: weakties users add NAME")
    if not wanted.secure:
        raise UsageError(
            "Without TLS a password crosses the network for all to read.",
            hint="Give one, weakties serve --lan --cert FILE --key FILE, or serve behind a proxy that has it: --behind-proxy.",
        )


def _server(wanted: Wanted) -> Any:
    from django.core.handlers.wsgi import WSGIHandler

    from weakties.web.transport import Listener

    logged.begin()
    where = "0.0.0.0" if wanted.lan and not wanted.behind_proxy else "127.0.0.1"  # noqa: S104  asked for
    server = Listener((where, wanted.port), WSGIHandler(), threads=THREADS)
    if wanted.certificate is not None:
        server.ssl_adapter = _certified(wanted.certificate, wanted.key or wanted.certificate)
    try:
        server.prepare()
    except OSError as error:
        raise HomeError(
            f"Port {wanted.port} cannot be had: {error.strerror or error}.",
            hint="Take another: weakties serve --port 8137",
        ) from error
    return server


def _certified(certificate: Path, key: Path) -> Any:
    from weakties.web.transport import Certified

    try:
        return Certified(str(certificate), str(key))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"TLS cannot be had with {certificate} and {key}: {getattr(error, 'strerror', None) or error}.",
            hint="Give the certificate with its chain and its key, both as PEM: --cert FILE --key FILE",
        ) from error
