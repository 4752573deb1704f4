"""The page: served on this machine, opened by a link that lets one browser in."""

from __future__ import annotations

import html
import signal
import sys
import webbrowser
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from weakties.cli import common
from weakties.errors import UsageError
from weakties.facts.home import write_atomically

if TYPE_CHECKING:
    from weakties.web.server import Page, Wanted
    from weakties.workspace import Workspace

# Where the page is found unless another port is asked for.
PORT = 8137
# Leads a browser to the page where the link must not stand in the list of processes.
_OPENS = "web.run.html"


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0 takes any that is free."
)
@click.option("--no-open", is_flag=True, help="Print the link, open no browser.")
@click.option("--lan", is_flag=True, help="Let other machines in, by name and password; needs TLS.")
@click.option("--host", "hosts", multiple=True, metavar="NAME", help="A name by which other machines ask for this one.")
@click.option("--cert", type=click.Path(path_type=Path, dir_okay=False), help="The certificate, with its chain.")
@click.option("--key", type=click.Path(path_type=Path, dir_okay=False), help="Its key, where it is a file of its own.")
@click.option("--behind-proxy", is_flag=True, help="A proxy on this machine does the TLS.")
@click.option("--as-of", type=common.Day(), help="Show how things stood on this day.  [default: today]")
@click.option("--incognito", is_flag=True, help="Swap names for invented ones; to look at only.")
@click.option("--owner", type=common.Words(), default="me", metavar="NAME", help="Whose ties.  [default: me]")
def serve(
    port: int,
    no_open: bool,
    lan: bool,
    hosts: tuple[str, ...],
    cert: Path | None,
    key: Path | None,
    behind_proxy: bool,
    as_of: date | None,
    incognito: bool,
    owner: str,
) -> None:
    """Serve the page that people live in: Today, people, map, introductions."""
    from weakties.web.server import Page, Wanted

    wanted = Wanted(
        port=port, lan=lan, hosts=tuple(h.lower() for h in hosts), certificate=cert, key=key,
        behind_proxy=behind_proxy, as_of=as_of, incognito=incognito,
    )  # fmt: skip
    space = common.workspace(owner=owner)
    if opened_already(space, wanted, browse=not no_open):
        return
    run(Page(space, wanted), browse=not no_open)


def opened_already(space: Workspace, wanted: Wanted, *, browse: bool) -> bool:
    """Open the page that is served of this home already; False where there is none.

    Raises UsageError where it is served otherwise than is wanted.
    """
    from weakties.web.running import running

    found = running(space.home)
    if found is None:
        return False
    differs = found.otherwise(owner=space.owner, as_of=wanted.as_of, incognito=wanted.incognito, lan=wanted.lan)
    if differs:
        raise UsageError(
            f"This home is served at {found.address} already, and otherwise than asked for now: see {', '.join(differs)}.",
            hint=f"Stop that one first: press Ctrl-C where it runs, or kill {found.pid}.",
        )
    link = found.address
    if not found.accounts:
        from weakties.web import accounts

        accounts.ready(space.home)
        # The page's tables can be named once Django knows where they are.
        from weakties.web.models import Ticket

        link = f"{found.address}/enter?key={Ticket.issue()}"
    common.show(f"weakties is at {found.address} already; it goes on as it was started.")
    common.hint(f"Open it by this link, which lets one browser in: {link}")
    if browse:
        _open(space, link)
    return True


def run(page: Page, *, browse: bool) -> None:
    """Print the link of a page, open it, and answer until somebody stops us."""
    link = page.link()
    space = page.served.space
    ends = "you press Ctrl-C, or close it" if page.wanted.until_alone else "you press Ctrl-C"
    common.show(f"weakties is at {page.address} until {ends}.")
    common.hint(f"Open it by this link, which lets one browser in: {link}")
    if browse:
        _open(space, link)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        page.run()
    except KeyboardInterrupt:
        common.note("Stopped.")
    finally:
        (space.home.path / _OPENS).unlink(missing_ok=True)


def _open(space: Workspace, link: str) -> None:
    """Open a link in the browser. Other users of the machine may see it in the list of processes: Linux tells the server who it is
    that comes by it, Windows shows the list to nobody else; anywhere else the link goes by a file that only the owner may read."""
    if sys.platform in ("linux", "win32"):
        webbrowser.open(link)
        return
    path = space.home.path / _OPENS
    write_atomically(path, f'<!doctype html><meta http-equiv="refresh" content="0;url={html.escape(link)}">\n')
    webbrowser.open(path.as_uri())
