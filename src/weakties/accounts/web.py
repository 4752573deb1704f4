"""HTTP for live accounts: one question, one whole answer within bounds, and in plain words what goes wrong.

Whom a server may send us on to is decided by who asks; a password never travels without encryption, but on this machine. A line
that breaks, a server that is being started or asks for a moment's patience is asked again, each time after a longer wait.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit
from weakref import WeakSet

from weakties.errors import AccountError
from weakties.identity.organisations import organisation_domain
from weakties.sources.dates import parse_date

if TYPE_CHECKING:
    import httpx

# Bytes of one answer at the most.
LONGEST = 64 * 1024 * 1024
FIRST_WAIT_SECONDS = 1.0
# How often is asked again at the most, and what is waited for at once where a server says how long; longer is the user's to wait.
TRIES = 4
PATIENCE_SECONDS = 30
# Where a connection without encryption stays on this machine.
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_TIMEOUT_SECONDS = 60
# An answer that comes in drops is given up after so long.
_LONGEST_SECONDS = 600
_REDIRECTS = 5
_REDIRECTING = (301, 302, 303, 307, 308)
_PASSING = (429, 502, 503, 504)


class TooLong(Exception):
    """An answer is longer than was asked for."""


class WrongPassword(AccountError):
    """A server does not accept the password."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered. url: who answered, after all redirects; headers: by their names in lower case."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def at(self) -> int:
        """When it was, seconds UTC by the server's own clock; 0 where it does not say."""
        return parse_date(self.headers.get("date", "")) or 0


class Web:
    """Asks servers. user, secret: sent to each that is `trusted`; no user: nothing is. unencrypted: whether plain HTTP will do.

    trusted: whether a host may be asked at all. wait: seconds before the second try, twice as long before each further one, up to
    `tries`; patience: what is waited for at once where a server says how long. May be asked from several threads.
    """

    def __init__(
        self,
        *,
        trusted: Callable[[str], bool],
        user: str = "",
        secret: str = "",
        unencrypted: bool = False,
        wait: float = FIRST_WAIT_SECONDS,
        tries: int = TRIES,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        import httpx

        self.user = user
        self._trusted = trusted
        self._unencrypted = unencrypted
        self._wait = wait
        self._tries = tries
        self._patience = patience
        self._closed = threading.Event()
        self._lines: WeakSet[socket.socket] = WeakSet()
        self._lock = threading.Lock()
        # What is on this machine is never asked by way of another.
        direct: dict[str, httpx.BaseTransport | None] = {
            f"all://{f'[{host}]' if ':' in host else host}": None for host in LOOPBACK
        }
        self._client = httpx.Client(
            auth=httpx.BasicAuth(_bytes(user), _bytes(secret)) if user else None,
            headers={"User-Agent": "weakties", "Accept-Encoding": "gzip"},
            verify=ssl.create_default_context(),
            timeout=_TIMEOUT_SECONDS,
            mounts=direct,
        )

    def may_ask(self, url: str) -> bool:
        """Tell whether a server belongs to those that may be asked."""
        return self._trusted(host_of(url))

    def close(self) -> None:
        """Close all connections; who waits in another thread, for an answer or to ask again, waits no longer."""
        self._closed.set()
        with self._lock:
            for line in self._lines:
                _break_off(line)
        self._client.close()

    def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        longest: int = LONGEST,
        judged: Collection[int] = (),
    ) -> Answer:
        """Return what a server answers, redirects followed. Raises AccountError, TooLong.

        A wrong password, a limit and trouble of the server's own are raised; any other answer, and those with a number in
        `judged`, are for who asked to judge.
        """
        for _ in range(_REDIRECTS + 1):
            answer = self._patiently(method, url, headers or {}, body, longest)
            if answer.status not in _REDIRECTING or "location" not in answer.headers:
                break
            url = joined(url, answer.headers["location"])
        else:
            raise AccountError(
                f"{host_of(url)} sends us round in circles.", hint="Give the address that it really has."
            )
        bad = answer.status in (401, 407, 429) or (answer.status >= 500 and answer.status not in (501, 507))
        if bad and answer.status not in judged:
            raise self.refused(answer)
        return answer

    def passes(self, answer: Answer) -> bool:
        """Tell whether an answer may be another one when it is asked for again."""
        return answer.status in _PASSING

    def refused(self, answer: Answer) -> AccountError:
        """Return in words what a server says no to."""
        host, path = host_of(answer.url), urlsplit(answer.url).path
        pause = pause_of(answer)
        match answer.status:
            case 401 | 407 if self.user:
                return WrongPassword(
                    f"{host} does not accept the password of {self.user}.",
                    hint="iCloud, Fastmail, Google and others want an app password; connect the account again with one.",
                )
            case 401 | 407:
                return AccountError(f"{host} wants a password for {path}.", hint="Give an address that is open to all.")
            case 403:
                return AccountError(
                    f"{host} does not let {self.user or 'us'} read {path}.",
                    hint="Check that the password may be used for this, and whose it is."
                    if self.user
                    else "Give an address that is open to all.",
                )
            case 404 | 410:
                return AccountError(f"{host} has nothing at {path}.", hint="Check the address.")
            case 429:
                seconds = pause or 3_600
                return AccountError(
                    f"{host} asks for patience.", hint=f"Sync again in {in_minutes(seconds)}.", retry_after=seconds
                )
            case status if status >= 500:
                again = f"Sync again in {in_minutes(pause)}." if pause else "Sync again later; it goes on where it was."
                return AccountError(f"{host} has trouble of its own ({status}).", hint=again, retry_after=pause or None)
        return AccountError(f"{host} says no ({answer.status}) to {path}.", hint="Check the address.")

    def _patiently(self, method: str, url: str, headers: Mapping[str, str], body: bytes, longest: int) -> Answer:
        import httpx

        self._allowed(url)
        for attempt in range(self._tries):
            last = attempt == self._tries - 1
            pause = self._wait * 2**attempt
            try:
                answer = self._once(method, url, headers, body, longest)
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, UnicodeError) as error:
                # What cannot be otherwise is final; a line that breaks is not.
                if last or self._closed.is_set() or not _may_pass(error):
                    raise _in_words(error, host_of(url)) from error
            else:
                asked = pause_of(answer)
                if last or not self.passes(answer) or asked > self._patience:
                    return answer
                pause = max(pause, asked)
            self._closed.wait(pause)
        raise AssertionError("unreachable")

    def _allowed(self, url: str) -> None:
        host = host_of(url)
        if not host or not url.lower().startswith(("https://", "http://")) or not url.isprintable():
            raise AccountError(f"{url[:200]!r} is no address on the web.", hint="It begins with https://")
        if not self.may_ask(url):
            raise AccountError(
                f"We are sent on to {host}, which is of another house.",
                hint="If you trust it, connect with its address.",
            )
        split = urlsplit(url)
        if split.username or split.password:
            raise AccountError(
                f"The address of {host} has a password in it.", hint="Leave it out, and give it with --password-file."
            )
        if split.scheme == "http" and not self._unencrypted and host not in LOOPBACK:
            raise AccountError(f"{host} would get the password without encryption.", hint="Use https://")

    def _once(self, method: str, url: str, headers: Mapping[str, str], body: bytes, longest: int) -> Answer:
        # What a server sends is neither an import nor an answer of ours: no number depends on this clock.
        until = time.monotonic() + _LONGEST_SECONDS
        told = {"trace": self._noted}
        with self._client.stream(method, url, headers=dict(headers), content=body or None, extensions=told) as response:
            read = bytearray()
            for chunk in response.iter_bytes():
                read += chunk
                if len(read) > longest:
                    raise TooLong
                if time.monotonic() > until:
                    raise TimeoutError
            found = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, url, found, bytes(read))

    def _noted(self, event: str, told: Mapping[str, Any]) -> None:
        """Note a line that was made, so that it can be broken off."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            line = told["return_value"].get_extra_info("socket")
            with self._lock:
                self._lines.add(line)
            if self._closed.is_set():
                _break_off(line)


def _break_off(line: socket.socket) -> None:
    # Closing alone wakes nobody who reads from it; TLS has nothing to say about it.
    with suppress(OSError):
        socket.socket.shutdown(line, socket.SHUT_RDWR)


def host_of(url: str) -> str:
    """Return the host that an address names, in lower case; empty where it names none."""
    try:
        split = urlsplit(url)
        # A port that is no number is told when it is asked for.
        return (split.hostname or "").lower() if split.port != 0 else ""
    except ValueError:
        return ""


def joined(base: str, address: str) -> str:
    """Return an address made whole by the one where it was found; empty where it is none."""
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


def of_one_house(one: str, other: str) -> bool:
    """Tell whether two hosts belong to one domain that somebody has registered: caldav.icloud.com and p12.icloud.com do."""
    if one == other:
        return bool(one)
    return not _is_number(one) and not _is_number(other) and organisation_domain(one) == organisation_domain(other)


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _bytes(text: str) -> bytes:
    # A terminal may hand over bytes that are no text.
    return text.encode("utf-8", "surrogateescape")


def pause_of(answer: Answer) -> int:
    """Return how many seconds a server wants us to wait; 0 where it does not say."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isdecimal() and len(said) < 8:
        return int(said)
    until = parse_date(said) if said else None
    return max(until - answer.at, 0) if until and answer.at else 0


def in_minutes(seconds: int) -> str:
    """Return a while in words."""
    if seconds >= 5_400:
        return f"{round(seconds / 3_600)} hours"
    return f"{round(seconds / 60)} minutes" if seconds >= 90 else "a minute"


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in found:
        found.append(cause)
        cause = cause.__cause__ or cause.__context__
    return found


def _may_pass(error: Exception) -> bool:
    """Tell whether an error may be gone when one tries again: a line that broke, a server that is being started."""
    import httpx

    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol | httpx.DecodingError):
        return False
    final = ssl.SSLError | socket.gaierror | ConnectionRefusedError | UnicodeError
    return not any(isinstance(cause, final) for cause in _causes(error))


def _in_words(error: Exception, host: str) -> AccountError:
    """Return what went wrong as its owner can read it."""
    import httpx

    causes = _causes(error)
    said = next((" ".join(str(cause).split())[:200].strip("'\" .") for cause in reversed(causes) if str(cause)), "")
    for cause in causes:
        match cause:
            case ssl.SSLCertVerificationError():
                return AccountError(
                    f"{host} shows a certificate that is not to be trusted: {cause.verify_message.strip('. ')}.",
                    hint="Check the host's name; ask whoever runs the server.",
                )
            case ssl.SSLError():
                return AccountError(
                    f"{host} speaks no encryption on that port.", hint="Check the address and its port."
                )
            case socket.gaierror() | UnicodeError():
                return AccountError(f"No server {host} can be found.", hint="Check the name and the network.")
            case ConnectionRefusedError():
                return AccountError(f"{host} takes no connection on that port.", hint="Check the address and its port.")
            case TimeoutError() | httpx.TimeoutException():
                return AccountError(f"{host} does not answer.", hint="Check the network, then sync again.")
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return AccountError(f"The address of {host} cannot be used: {said}.", hint="It begins with https://")
    if isinstance(error, httpx.DecodingError):
        return AccountError(f"What {host} sends cannot be unpacked.", hint="Sync again later.")
    return AccountError(
        f"{host} broke off: {said or type(error).__name__}.", hint="Sync again; it goes on where it was."
    )
