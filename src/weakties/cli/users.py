"""Who may sign in to the page from other machines: add somebody, list them, give another password, let nobody in any more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import click

from weakties.cli import common
from weakties.ties.words import plural

F = TypeVar("F", bound=Callable[..., Any])


def _named(function: F) -> F:
    return click.argument("name", type=common.Words(empty=False), metavar="NAME")(function)


def _password(function: F) -> F:
    said = "Where the password is; - for standard input.  [default: asked for twice]"
    return click.option("--password-file", type=click.Path(path_type=Path), help=said)(function)


@click.group()
def users() -> None:
    """Who may sign in to the page from other machines: for weakties serve --lan."""


@users.command("add")
@_named
@_password
def add(name: str, password_file: Path | None) -> None:
    """Let somebody sign in, by a name and a password."""
    _accounts().add(name, _given(password_file, name))
    common.show(f"{name} may sign in.")
    common.hint(f"{common.program()} serve --lan --cert FILE --key FILE lets other machines in.")


@users.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def listed(as_json: bool) -> None:
    """List who may sign in."""
    found = _accounts().listed()
    if as_json:
        rows = [{"name": a.name, "since": str(a.since), "last": str(a.last) if a.last else None} for a in found]
        common.print_json({"users": rows})
        return
    if not found:
        common.show("Nobody may sign in from another machine.")
        common.hint(f"{common.program()} users add NAME lets somebody.")
        return
    table = common.table("name", "since", "signed in last")
    for account in found:
        table.add_row(account.name, str(account.since), str(account.last or "never"))
    common.show(table)


@users.command("password")
@_named
@_password
def password(name: str, password_file: Path | None) -> None:
    """Give somebody another password; their browsers are signed out, their programs' tokens end."""
    revoked = _accounts().set_password(name, _given(password_file, name))
    common.show(f"{name} has another password.{_revoked(revoked)}")


@users.command("remove")
@_named
def remove(name: str) -> None:
    """Let somebody sign in no more."""
    revoked = _accounts().remove(name)
    common.show(f"{name} may not sign in any more.{_revoked(revoked)}")


def _accounts() -> ModuleType:
    """Return the module of the accounts, ready for the home that is asked. Django is loaded here, and by no other command."""
    from weakties.web import accounts

    accounts.ready(common.workspace().home)
    return accounts


def _revoked(tokens: int) -> str:
    return f" {plural(tokens, 'program', 'programs')} of theirs with a token may ask no more." if tokens else ""


def _given(file: Path | None, name: str) -> str:
    """Return the password: of a file, or as it is typed twice without being shown."""
    if file is not None:
        return common.secret_in(file, "--password-file")
    return str(click.prompt(f"Password of {name}", hide_input=True, confirmation_prompt=True, err=True))
