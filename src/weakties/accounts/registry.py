"""Which kinds of live accounts there are. Each is loaded when one of its kind is read."""

from __future__ import annotations

import importlib
from collections.abc import Callable

from weakties.accounts import Live
from weakties.errors import UsageError

# kind -> (module, class, what it is in a line)
KINDS: dict[str, tuple[str, str, str]] = {
    "imap": ("weakties.accounts.imap", "ImapAccount", "mail on an IMAP server"),
    "gmail": ("weakties.accounts.gmail", "GmailAccount", "mail over the Gmail API"),
    "microsoft": ("weakties.accounts.graph", "GraphAccount", "mail at Outlook.com and Microsoft 365"),
    "caldav": ("weakties.accounts.caldav", "CalDavAccount", "calendars on a CalDAV server"),
    "carddav": ("weakties.accounts.carddav", "CardDavAccount", "address books on a CardDAV server"),
    "feed": ("weakties.accounts.feed", "FeedAccount", "articles of a feed on the web"),
    "folder": ("weakties.accounts.folder", "FolderAccount", "what is dropped into a folder"),
}

# The kinds that need no password.
OPEN = frozenset({"feed", "folder"})
# The kinds whose secret is a grant, which a server may replace whenever it is used.
GRANTED = frozenset({"gmail", "microsoft"})


def of_kind(kind: str, keep: Callable[[str], None] = lambda _: None) -> Live:
    """Return what reads accounts of a kind. keep: called with the secret where the server gives another. Raises UsageError."""
    if kind not in KINDS:
        raise UsageError(
            f"There are no accounts of the kind {kind!r}.", hint=f"There are: {', '.join(KINDS) or 'none'}."
        )
    module, name, _ = KINDS[kind]
    made = getattr(importlib.import_module(module), name)
    live: Live = made(keep=keep) if kind in GRANTED else made()
    return live
