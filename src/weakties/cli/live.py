"""Live accounts: connect one, see how they do, read what is new."""

from __future__ import annotations

import os
import sys
import time
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from weakties.cli import common
from weakties.cli.intake import Ticker
from weakties.contract import imports as imports_json
from weakties.contract.sentences import how_synced
from weakties.contract.values import stamp
from weakties.errors import AccountBusy, UsageError
from weakties.ties.words import plural

if TYPE_CHECKING:
    from weakties.accounts.wanted import Wanted
    from weakties.facts.accounts import Account
    from weakties.syncing import Synced
    from weakties.workspace import Workspace

F = TypeVar("F", bound=Callable[..., Any])
FAILED = 1
REJECTED = 3


def _owner(what: str) -> Callable[[F], F]:
    said = f"Whose {what}.  [default: me]"
    return click.option("--owner", type=common.Words(), default="me", metavar="NAME", help=said)


def _password(function: F) -> F:
    said = "Where the password is; - for standard input."
    return click.option("--password-file", type=click.Path(path_type=Path), help=said)(function)


def _dav(function: F) -> F:
    """Give a command the arguments of accounts on WebDAV servers."""
    said = "The user's name there.  [default: the mail address]"
    asked = _password(_owner("these are")(function))
    asked = click.option("--user", type=common.Words(), default="", help=said)(asked)
    return click.argument("address", type=common.Words(empty=False), metavar="ADDRESS-OR-URL")(asked)


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
@click.pass_context
def connect(context: click.Context, as_json: bool) -> None:
    """Connect a live account, or list those that are connected and how each does."""
    if context.invoked_subcommand is not None:
        return
    found = common.workspace().accounts()
    if as_json:
        common.print_json({"accounts": [imports_json.account(account, status) for account, status in found]})
        return
    if not found:
        common.show("No account is connected.")
        common.hint(f"{common.program()} connect --help says how.")
        return
    for account, status in found:
        common.show(f"{account.id}: {how_synced(status)}")
        if status:
            common.hint(f"  {'read' if status.ok else 'tried'} on {stamp(status.at)}")
    common.hint(f"{common.program()} sync reads what is new.")


@connect.command()
@click.argument("user", type=common.Words(empty=False), metavar="ADDRESS")
@click.option("--host", type=common.Words(empty=False), required=True, help="The server, e.g. imap.example.com.")
@click.option("--port", type=click.IntRange(1, 65_535), help="Its port.  [default: 993, or 143]")
@click.option("--security", type=click.Choice(["tls", "starttls", "none"]), default="tls", show_default=True)
@click.option("--login", type=common.Words(), default="", help="The user's name there, where it is not the address.")
@_password
@_owner("mail this is")
def imap(
    user: str, host: str, port: int | None, security: str, login: str, password_file: Path | None, owner: str
) -> None:
    """Mail over IMAP. Many providers want an app password, made in the settings of the account there."""
    from weakties.accounts import wanted

    asked = wanted.imap(user, host, port=str(port or ""), security=security, login=login)
    _connect(asked, password_file, owner)


def _connect(asked: Wanted, password_file: Path | None, owner: str) -> None:
    secret = secret_given(password_file, f"Password of {asked.user}") if asked.user else ""
    connected(common.workspace(owner=owner), asked.kind, asked.name, asked.settings, secret)


def _browser(function: F) -> F:
    said = "Only print the address to open, and open no browser."
    return click.option("--no-browser", is_flag=True, help=said)(function)


@connect.command()
@click.argument("user", type=common.Words(empty=False), metavar="ADDRESS")
@click.option(
    "--client-file",
    type=click.Path(path_type=Path),
    required=True,
    help="The client_secret.json of your own OAuth client, of the type Desktop app.",
)
@_browser
@_owner("mail this is")
def gmail(user: str, client_file: Path, no_browser: bool, owner: str) -> None:
    """Mail over the Gmail API, with an OAuth client of your own, for accounts without app passwords."""
    from weakties.accounts import loopback, oauth

    client = oauth.client_of(common.secret_in(client_file, "--client-file"))
    space = common.workspace(owner=owner)
    grant = loopback.by_browser(oauth.GOOGLE, client, user, lambda url: _show_address(url, browse=not no_browser))
    connected(space, "gmail", user, {"user": user}, grant.text(), what="access")


@connect.command()
@click.argument("user", type=common.Words(empty=False), metavar="ADDRESS")
@click.option(
    "--client-id",
    type=common.Words(empty=False),
    required=True,
    help="The application id of your own app registration.",
)
@click.option(
    "--tenant",
    type=common.Words(empty=False),
    default="common",
    show_default=True,
    help="consumers for Outlook.com, or your organisation's name or id.",
)
@click.option("--device", is_flag=True, help="Sign in on another device, with a code that is typed there.")
@_browser
@_owner("mail this is")
def microsoft(user: str, client_id: str, tenant: str, device: bool, no_browser: bool, owner: str) -> None:
    """Mail at Outlook.com and Microsoft 365 over Microsoft Graph, with an app registration of your own."""
    from weakties.accounts import loopback, oauth

    client, provider = oauth.Client(client_id.strip()), oauth.microsoft(tenant.strip())
    space = common.workspace(owner=owner)
    if device:
        grant = oauth.by_device(provider, client, _show_code)
    else:
        grant = loopback.by_browser(provider, client, user, lambda url: _show_address(url, browse=not no_browser))
    settings = {"user": user, "tenant": tenant.strip()}
    connected(space, "microsoft", user, settings, grant.text(), what="access")


def _show_code(url: str, code: str) -> None:
    common.show("Open this address on any device, and type the code:")
    common.hint(url, code)


def _show_address(url: str, *, browse: bool) -> None:
    """Show the address of a sign-in, and open it where there is a window to open."""
    common.show("Sign in here; weakties waits five minutes for you to come back:")
    common.hint(url)
    windows = sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if browse and windows:
        webbrowser.open(url)


@connect.command()
@_dav
def caldav(address: str, user: str, password_file: Path | None, owner: str) -> None:
    """Calendars over CalDAV: a mail address or the server's own. Many providers want an app password."""
    _connect_dav("caldav", address, user, password_file, owner)


@connect.command()
@_dav
def carddav(address: str, user: str, password_file: Path | None, owner: str) -> None:
    """Address books over CardDAV: a mail address or the server's own. Many providers want an app password."""
    _connect_dav("carddav", address, user, password_file, owner)


def _connect_dav(kind: str, address: str, user: str, password_file: Path | None, owner: str) -> None:
    from weakties.accounts import wanted

    _connect(wanted.dav(kind, address, user), password_file, owner)


@connect.command()
@click.argument("url", type=common.Words(empty=False), metavar="URL")
@_owner("reading this is")
def feed(url: str, owner: str) -> None:
    """Articles of a feed on the web, RSS or Atom: something to share with whom it concerns."""
    from weakties.accounts import wanted

    _connect(wanted.feed(url), None, owner)


@connect.command()
@click.argument("path", type=click.Path(path_type=Path))
@_owner("exports these are")
def folder(path: Path, owner: str) -> None:
    """A folder: what is put into it is read and moved to Filed in it, or to Not read with a note."""
    from weakties.accounts import wanted

    _connect(wanted.folder(common.expanded(path), common.home_path()), None, owner)


@connect.command()
@click.argument("name", type=common.Words(empty=False), metavar="ACCOUNT")
def drop(name: str) -> None:
    """Forget an account and its password; what it brought stays."""
    common.workspace().disconnect(name)
    common.show(f"{name} is not connected any more; what came from it stays.")


@click.command()
@click.argument("names", nargs=-1, type=common.Words(empty=False), metavar="[ACCOUNT]...")
@click.option(
    "--watch", type=click.IntRange(1, 1_440), metavar="MINUTES", help="Go on, reading again every so many minutes."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def sync(names: Sequence[str], watch: int | None, as_json: bool) -> int:
    """Read what is new in the connected accounts, all of them if none is named."""
    space = common.workspace()
    while True:
        code = _once(space, names, as_json=as_json)
        if watch is None:
            return code
        time.sleep(60 * watch)


def _once(space: Workspace, names: Sequence[str], *, as_json: bool) -> int:
    accounts = _chosen(space, names)
    done: list[Synced] = []
    busy = []
    for account in accounts:
        ticker = Ticker(account.id)
        try:
            done.append(space.sync(account, progress=ticker))
            said = done[-1].status.said
        except AccountBusy as error:
            # The others are read all the same.
            busy.append(account.id)
            said = f"{error} {error.hint}"
        finally:
            ticker.done()
        if not as_json:
            common.show(f"{account.id}: {said}")
    if any(synced.imports for synced in done):
        # Whoever asks next need not wait for it.
        space.read()
    if as_json:
        common.print_json({"accounts": [imports_json.synced(synced) for synced in done], "busy": busy})
    if busy or not all(synced.status.ok for synced in done):
        return FAILED
    rejected = sum(counts.rejected for synced in done for record in synced.imports for counts in record.counts.values())
    if rejected and not as_json:
        common.hint(
            f"{plural(rejected, 'record', 'records')} could not be read: {common.program()} imports lists them."
        )
    return REJECTED if rejected else 0


def _chosen(space: Workspace, names: Sequence[str]) -> list[Account]:
    known = {account.id: account for account, _ in space.accounts()}
    if not known:
        raise UsageError("No account is connected.", hint=f"{common.program()} connect --help says how.")
    for name in names:
        if name not in known:
            raise UsageError(f"No account {name!r} is connected.", hint=f"There are: {', '.join(known)}.")
    return [known[name] for name in names] or list(known.values())


def secret_given(file: Path | None, what: str) -> str:
    """Return the password that the user gives: from a file, `-` for standard input, else asked for without being shown."""
    if file is not None:
        return common.secret_in(file, "--password-file")
    return str(click.prompt(what, hide_input=True, err=True))


def connected(
    space: Workspace, kind: str, name: str, settings: dict[str, str], secret: str, *, what: str = "password"
) -> None:
    """Sign in to see that it works, keep the account, and say what is there. Raises AccountError."""
    said, kept = space.connect(kind, name, settings, secret)
    common.show(said)
    if kept:
        common.hint(f"The {what} is in {kept}.")
    common.hint(f"{common.program()} sync reads it now; {common.program()} sync --watch 15 goes on.")
