"""What a person says of an account, as on the command line or in a form, becomes its name and settings: the same everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from weakties.errors import UsageError

SECURITIES = ("tls", "starttls", "none")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An account to be connected. name: as it is shown and typed, without its kind; user: whose password is asked for, empty where
    none is needed."""

    kind: str
    name: str
    settings: dict[str, str]
    user: str = ""


def imap(user: str, host: str, *, port: str = "", security: str = "tls", login: str = "") -> Wanted:
    """Return mail on a server. user: the mail address; login: the name there, where it is another. Raises UsageError."""
    if not user.strip() or not host.strip():
        raise UsageError("An address and a server are needed.", hint="As ana@example.com and imap.example.com.")
    if port and not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65_535):
        raise UsageError(f"{port!r} is no port.", hint="Leave it empty: 993, or 143.")
    if security not in SECURITIES:
        raise UsageError(f"{security!r} is no way to be safe.", hint=f"There are: {', '.join(SECURITIES)}.")
    settings = {"host": host.strip(), "port": port, "security": security, "user": (login or user).strip()}
    return Wanted("imap", user.strip(), settings, user.strip())


def dav(kind: str, address: str, user: str = "") -> Wanted:
    """Return calendars or address books on a server. address: of the web or of mail. Raises UsageError."""
    bare = address.strip().partition("://")[2] or address.strip()
    by_mail = "@" in address and "://" not in address
    who = user.strip() or (bare if by_mail else "")
    if not bare:
        raise UsageError("An address is needed.", hint="The mail address there, or the server's own address.")
    if not who:
        raise UsageError(f"Whose are they on {bare}?", hint="Give --user NAME.")
    # Two accounts on one server, or of one user on two, are two accounts.
    name = bare if by_mail else f"{bare.strip('/')}/{who}"
    return Wanted(kind, name, {"address": address.strip(), "user": who}, who)


def feed(url: str) -> Wanted:
    """Return a feed on the web. Raises UsageError."""
    # Readers of feeds write feed://blog.example or feed:https://blog.example as well.
    bare = url.strip().removeprefix("feed:").removeprefix("//")
    if not bare:
        raise UsageError("An address is needed.", hint="As https://blog.example/feed.xml.")
    address = bare if "://" in bare else f"https://{bare}"
    return Wanted("feed", address.partition("://")[2].rstrip("/"), {"address": address})


def folder(path: Path, home: Path) -> Wanted:
    """Return a folder whose new files are read and filed. home: where weakties keeps its own. Raises UsageError."""
    found, own = path.expanduser().resolve(), home.resolve()
    if own.is_relative_to(found) or found.is_relative_to(own):
        raise UsageError(
            f"The home of weakties lies in {found}, or around it.", hint="Make a folder of its own for what is dropped."
        )
    return Wanted("folder", str(found), {"path": str(found)})
