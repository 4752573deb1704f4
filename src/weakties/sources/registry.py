"""Which sources there are, and which of them a path belongs to. Plugins come after our own and never replace one."""

from __future__ import annotations

import stat
from collections.abc import Callable, Sequence
from pathlib import Path

from weakties import plugins
from weakties.errors import SourceError, UnknownFormat
from weakties.sources import Source
from weakties.sources.calendar import CalendarSource
from weakties.sources.contacts import ContactsSource
from weakties.sources.crm import CrmSource
from weakties.sources.feeds import FeedSource
from weakties.sources.files import FileSource, look
from weakties.sources.generic import GenericSource
from weakties.sources.imessage import IMessageSource
from weakties.sources.linkedin import LinkedInSource
from weakties.sources.mail import MailSource
from weakties.sources.meta import FacebookSource, InstagramSource
from weakties.sources.outlook import OutlookSource
from weakties.sources.phone import PhoneSource
from weakties.sources.signal_text import SignalSource
from weakties.sources.slack import SlackSource
from weakties.sources.telegram import TelegramSource
from weakties.sources.twitter import XSource
from weakties.sources.vcard import VcardSource
from weakties.sources.whatsapp import WhatsAppSource


def available() -> tuple[list[Source], list[plugins.Broken]]:
    """Return our sources and those of installed plugins, and the plugins that could not be used."""
    ours: list[Source] = [
        MailSource(), VcardSource(), ContactsSource(), CalendarSource(), OutlookSource(), PhoneSource(), WhatsAppSource(),
        SignalSource(), TelegramSource(), IMessageSource(), SlackSource(), LinkedInSource(), FacebookSource(), InstagramSource(),
        XSource(), FeedSource(), CrmSource(), GenericSource(),
    ]  # fmt: skip
    offered, broken = plugins.load(plugins.SOURCES)
    names = {s.name for s in ours}
    for candidate in offered:
        source = candidate() if isinstance(candidate, type) else candidate
        if not isinstance(source, Source):
            broken.append(plugins.Broken(repr(candidate), "?", "it has no identify() and read()"))
        elif source.name in names:
            broken.append(plugins.Broken(source.name, "?", "a source of that name is there already"))
        else:
            ours.append(source)
            names.add(source.name)
    return ours, broken


def present(path: Path) -> None:
    """Raise SourceError unless a path is a file or a folder: a pipe or a device cannot be read twice, nor looked at first."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SourceError(
            f"There is nothing at {path}.", hint="Check the spelling; a folder or a file is wanted."
        ) from error
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        raise SourceError(f"{path} cannot be read: {said}.", hint="Check its permissions.") from error
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise SourceError(f"{path} is no file or folder.", hint="Save what it carries as a file, and import that.")


def detect(
    path: Path, sources: Sequence[Source], unread: Callable[[Sequence[str]], None] | None = None
) -> list[Source]:
    """Return the sources that find something of theirs in a file or folder. Raises SourceError, UnknownFormat.

    unread: told the names of files in a folder or archive that nobody claims.
    """
    present(path)
    try:
        seen = look(path, [source for source in sources if isinstance(source, FileSource)])
        found = [s for s in sources if (s in seen.sources if isinstance(s, FileSource) else s.identify(path))]
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.", hint="Check its permissions.") from error
    if found and unread and seen.unread:
        unread(seen.unread)
    if not found:
        known = ", ".join(source.name for source in sources)
        raise UnknownFormat(f"{path} is nothing that weakties can read.", hint=f"It reads: {known}; see docs/how-to.")
    return found
