"""Mail over IMAP: every folder by the numbers that its server gives to messages, never changing anything there.

A folder is read behind the last number that is here. Where the server has numbered a folder anew (UIDVALIDITY) it is read
from its start; messages that are here already are known again by their content. Junk, bin and drafts are left out, and where
one folder holds all mail (Gmail) only that is read.
"""

from __future__ import annotations

import hashlib
import socket
import ssl
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from imaplib import IMAP4
from typing import TYPE_CHECKING, Any

from weakties.accounts import Part
from weakties.errors import AccountError
from weakties.facts.accounts import Account
from weakties.facts.model import Extract, Origin
from weakties.sources import ReadOptions
from weakties.sources import mail as reader
from weakties.sources.crew import Crew
from weakties.sources.folders import folder_named
from weakties.sources.mail import Batch, Record, extract_batch
from weakties.sources.mailbox import too_long
from weakties.sources.streams import Limits

if TYPE_CHECKING:
    from imapclient import IMAPClient

SECURITIES = ("tls", "starttls", "none")
PORTS = {"tls": 993, "starttls": 143, "none": 143}
# Where a connection without encryption stays on this machine.
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_TIMEOUT_SECONDS = 60
# A connection that breaks off is made again so often, each time after a longer wait.
_TRIES = 4
_FIRST_WAIT_SECONDS = 1.0
# Messages asked for at once: by number and by size.
_MESSAGES_AT_ONCE = 64
_BYTES_AT_ONCE = 2 * 1024 * 1024
# The sizes of smaller ones need not be known for that.
_SMALL_BYTES = _BYTES_AT_ONCE // _MESSAGES_AT_ONCE
# Sizes asked for at once.
_UIDS_AT_ONCE = 1_000
_RECORDS_IN_PART = 4_000
_WITHHELD = "the server has this message and does not give it out: look at it with a mail program"
_LEFT_OUT = (b"\\Junk", b"\\Trash", b"\\Drafts", b"\\Noselect", b"\\NonExistent")
_LEFT_OUT_NAMES = ("spam", "trash", "draft")


@dataclass(slots=True)
class _Folder:
    """A folder on the server. name: as written there; place: `sent` or empty; size: messages; validity: which numbering."""

    name: str
    place: str
    size: int = 0
    validity: int = 0


class ImapAccount:
    """Mail on an IMAP server. settings: `host`, `port`, `user`, `security` (`tls`, `starttls`, `none` on this machine only)."""

    kind = "imap"
    reader = reader.READER

    def __init__(self, *, wait: float = _FIRST_WAIT_SECONDS) -> None:
        self._wait = wait
        self._limits = Limits()

    def check(self, account: Account, secret: str) -> str:
        """Sign in and count; see `Live.check`."""
        with _told(account), _signed_in(account, secret) as server:
            folders = _folders(server, [])
            total = sum(f.size for f in folders)
            what = "message" if total == 1 else "messages"
            return f"{total:,} {what} in {len(folders)} folders of {account.settings['host']}."

    def parts(self, account: Account, secret: str, cursor: Mapping[str, Any], options: ReadOptions) -> Iterator[Part]:
        """Yield what is new; see `Live.parts`."""
        # Another server under the same name numbers its messages as it likes.
        server_is = _mark(f"{account.settings['host']} {account.settings['user']}")
        seen: dict[str, Any] = dict(cursor.get("folders", {})) if cursor.get("server") == server_is else {}
        tries = 0
        done = False
        while not done:
            try:
                with _signed_in(account, secret) as server:
                    for part in self._through(server, seen, options):
                        if part.cursor["folders"] != seen:
                            seen, tries = part.cursor["folders"], 0
                        yield Part(part.extracts, {"server": server_is, "folders": seen}, part.folders)
                    done = True
            except UnicodeError as error:
                raise _in_words(error, account) from None
            except Exception as error:
                # What the server answers is final; a line that breaks is not.
                tries += 1
                if isinstance(error, AccountError) or not _may_pass(error) or tries >= _TRIES:
                    raise _in_words(error, account) from error
                time.sleep(self._wait * 2 ** (tries - 1))

    def _through(self, server: IMAPClient, seen: dict[str, Any], options: ReadOptions) -> Iterator[Part]:
        with Crew(extract_batch) as crew:
            closed: list[str] = []
            for folder in _folders(server, closed):
                # The name of a folder may be somebody's: a cursor, which nobody reads, does without.
                key = _mark(folder.name)
                known = seen.get(key, {})
                last = int(known.get("uid", 0)) if known.get("validity") == folder.validity else 0
                for extracts, upto in self._folder(server, crew, folder, last, options):
                    last = max(last, upto)
                    seen = {**seen, key: {"validity": folder.validity, "uid": last}}
                    yield Part(extracts, {"folders": seen})
                read = len(server.search(["UID", f"1:{last}"])) if last else 0
                yield Part([], {"folders": seen}, {folder.name: (folder.size, read)})
            if closed:
                raise AccountError(
                    f"The server did not open {', '.join(closed)}; everything else was read.",
                    hint="Look at it with a mail program.",
                )

    def _folder(
        self, server: IMAPClient, crew: Crew[Batch, list[Extract]], folder: _Folder, last: int, options: ReadOptions
    ) -> Iterator[tuple[list[Extract], int]]:
        """Yield (extracts, the last number among them) of what is new in a folder."""
        server.select_folder(folder.name, readonly=True)
        # `n:*` always names one message at least, the last, also where that is not new.
        new = sorted(uid for uid in server.search(["UID", f"{last + 1}:*"]) if uid > last)
        ends: deque[int] = deque()
        batches = self._batches(server, folder, new, options, ends)
        gathered: list[Extract] = []
        upto = last
        try:
            for extracts in crew.map(batches):
                gathered += extracts
                upto = ends.popleft()
                if len(gathered) >= _RECORDS_IN_PART:
                    yield gathered, upto
                    gathered = []
        except Exception:
            # On a line that breaks often, each attempt must come further than the one before.
            if gathered:
                yield gathered, upto
            raise
        if gathered:
            yield gathered, upto

    def _batches(
        self, server: IMAPClient, folder: _Folder, new: list[int], options: ReadOptions, ends: deque[int]
    ) -> Iterator[Batch]:
        if not new:
            return
        large = server.search(["UID", f"{new[0]}:{new[-1]}", "LARGER", str(_SMALL_BYTES)])
        sizes: dict[int, int] = {}
        for first in range(0, len(large), _UIDS_AT_ONCE):
            told = server.fetch(large[first : first + _UIDS_AT_ONCE], ["RFC822.SIZE"])
            sizes.update((uid, int(said.get(b"RFC822.SIZE", 0))) for uid, said in told.items())
        for some in _together(new, sizes):
            small = [uid for uid in some if sizes.get(uid, 0) <= self._limits.message]
            fetched = _fetched(server, small)
            records = []
            for uid in some:
                origin = Origin(folder.name, uid)
                if uid not in small:
                    records.append(Record(origin, folder.place, b"", too_long(self._limits)))
                elif uid in fetched:
                    # What was deleted meanwhile is not there any more, and no record.
                    records.append(Record(origin, folder.place, fetched[uid], "" if fetched[uid] else _WITHHELD))
            ends.append(some[-1])
            yield Batch(records, options)


def _fetched(server: IMAPClient, uids: list[int]) -> dict[int, bytes]:
    """Return the messages of these numbers, empty where the server keeps one back; what it refuses is asked for by halves."""
    if not uids:
        return {}
    try:
        return {uid: said.get(b"BODY[]") or b"" for uid, said in server.fetch(uids, ["BODY.PEEK[]"]).items()}
    except IMAP4.abort:
        raise
    except _imap_errors():
        if len(uids) == 1:
            return {uids[0]: b""}
        half = len(uids) // 2
        return {**_fetched(server, uids[:half]), **_fetched(server, uids[half:])}


def _mark(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _together(uids: Iterable[int], sizes: Mapping[int, int]) -> Iterator[list[int]]:
    some: list[int] = []
    size = 0
    for uid in uids:
        some.append(uid)
        size += sizes.get(uid, _SMALL_BYTES)
        if len(some) >= _MESSAGES_AT_ONCE or size >= _BYTES_AT_ONCE:
            yield some
            some, size = [], 0
    if some:
        yield some


def _folders(server: IMAPClient, closed: list[str]) -> list[_Folder]:
    """Return the folders to read, in a fixed order, with their sizes. closed: gains those that the server lists and does not open."""
    listed = sorted(server.list_folders(), key=lambda said: str(said[2]))
    everything = [name for flags, _, name in listed if b"\\All" in flags]
    found = []
    for flags, delimiter, name in listed:
        between = delimiter.decode("ascii", "replace") if isinstance(delimiter, bytes) else str(delimiter or "/")
        place = "sent" if b"\\Sent" in flags else folder_named(str(name).rpartition(between)[2])
        out = any(flag in flags for flag in _LEFT_OUT) or place in _LEFT_OUT_NAMES
        if out or (everything and name not in everything):
            continue
        try:
            told = server.folder_status(name, ["MESSAGES", "UIDVALIDITY"])
        except IMAP4.abort:
            raise
        except _imap_errors():
            closed.append(str(name))
        else:
            found.append(_Folder(str(name), place, int(told[b"MESSAGES"]), int(told[b"UIDVALIDITY"])))
    return found


@contextmanager
def _signed_in(account: Account, secret: str) -> Iterator[IMAPClient]:
    from imapclient import IMAPClient

    settings = account.settings
    host, security = settings["host"], settings.get("security", "tls")
    port = int(settings.get("port") or PORTS[security])
    if security == "none" and host not in LOOPBACK:
        raise AccountError(f"{host} would get the password without encryption.", hint="Use --security tls or starttls.")
    context = ssl.create_default_context()
    server = IMAPClient(host, port, ssl=security == "tls", ssl_context=context, timeout=_TIMEOUT_SECONDS)
    try:
        if security == "starttls":
            server.starttls(context)
        if secret.isascii():
            server.login(settings["user"], secret)
        else:
            # The plain command knows no letters but those of ASCII.
            server.plain_login(settings["user"], secret)
        yield server
    finally:
        # A line that is broken already can still be closed.
        with suppress(Exception):
            server.logout()
        with suppress(Exception):
            server.shutdown()


def _imap_errors() -> tuple[type[Exception], ...]:
    from imapclient.exceptions import IMAPClientError

    return (IMAPClientError,)


@contextmanager
def _told(account: Account) -> Iterator[None]:
    try:
        yield
    except UnicodeError as error:
        raise _in_words(error, account) from None
    except Exception as error:
        raise _in_words(error, account) from error


def _may_pass(error: Exception) -> bool:
    """Tell whether an error may be gone when one tries again: a line that broke, a server that is being started."""
    if isinstance(error, ssl.SSLCertVerificationError | socket.gaierror | ConnectionRefusedError):
        return False
    said = str(error).lower()
    return isinstance(error, OSError | EOFError) or any(word in said for word in ("bye", "socket", "eof", "closed"))


def _in_words(error: Exception, account: Account) -> Exception:
    """Return what went wrong as its owner can read it; what is ours alone comes back as it is."""
    host, said = account.settings["host"], _plain(error)
    match error:
        case AccountError():
            return error
        case UnicodeError():
            # Its own words would show what could not be written, which may be the password.
            return AccountError(
                f"{host} is no name of a server, or the password has a letter that the server cannot be told.",
                hint="Check both; connect the account again.",
            )
        case ssl.SSLCertVerificationError():
            return AccountError(
                f"{host} shows a certificate that is not to be trusted: {said}.",
                hint="Check the host's name; ask whoever runs the server.",
            )
        case socket.gaierror():
            return AccountError(f"No server {host} can be found.", hint="Check the name and the network.")
        case TimeoutError():
            return AccountError(f"{host} does not answer.", hint="Check the network, then sync again.")
        case ConnectionRefusedError():
            return AccountError(f"{host} takes no connection on that port.", hint="Check --port and --security.")
    lower = said.lower()
    if "authenticat" in lower or "login" in lower or "credentials" in lower or "password" in lower:
        return AccountError(
            f"{host} does not accept the password of {account.settings['user']}: {said}.",
            hint="Gmail, iCloud, Yahoo and others want an app password; connect the account again with one.",
        )
    if any(word in lower for word in ("throttl", "limit", "too many", "overquota", "bandwidth", "try again later")):
        return AccountError(f"{host} asks for patience: {said}.", hint="Sync again in an hour.", retry_after=3_600)
    if isinstance(error, (OSError, EOFError, *_imap_errors())):
        return AccountError(f"{host} broke off: {said}.", hint="Sync again; it goes on where it was.")
    return error


def _plain(error: Exception) -> str:
    text = str(error.args[0] if error.args else error)
    text = text.removeprefix("b'").strip("'\" .")
    return " ".join(text.split())[:200] or type(error).__name__
