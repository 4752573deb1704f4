"""What the interfaces of Gmail and Microsoft Graph have in common: a token, limits, and messages that are asked for one by one.

A few are asked for at once, and read in the order in which they were asked for. Who asks too much is told to wait, does so,
and asks again; an access token that has run out is made anew, once.
"""

from __future__ import annotations

import hashlib
import re
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec

from weakties.accounts.oauth import Provider, Tokens, grant_of, object_in
from weakties.accounts.web import FIRST_WAIT_SECONDS, LONGEST, Answer, TooLong, Web, host_of, in_minutes, pause_of
from weakties.errors import AccountError
from weakties.facts.accounts import Account
from weakties.facts.model import Extract, Origin
from weakties.sources import ReadOptions
from weakties.sources.crew import Crew
from weakties.sources.mail import Batch, Record
from weakties.sources.mailbox import too_long
from weakties.sources.streams import Limits

# Microsoft lets one program ask a mailbox for so many things at once; Gmail's limit by the minute is reached with as many.
_AT_ONCE = 4
# 1 + 2 + 4 ... seconds: limits by the minute are over after that.
_TRIES = 7
_PATIENCE_SECONDS = 120
# Messages in a row that a server may fail to give before it is taken for ill.
_MOST_FAILED = 20
_MESSAGES_IN_BATCH = 32
_BYTES_IN_BATCH = 2 * 1024 * 1024
_RECORDS_IN_PART = 500
_WORD = re.compile(r"[A-Za-z][A-Za-z_.]{1,79}")
_RATE = {"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED", "RESOURCE_EXHAUSTED"}
_DAILY = {"dailyLimitExceeded", "quotaExceeded"}
_SWITCHED_OFF = {"accessNotConfigured", "SERVICE_DISABLED"}
_SCOPE = {
    "insufficientPermissions",
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
    "ErrorAccessDenied",
    "Authorization_RequestDenied",
}
_POLICY = {"domainPolicy", "ErrorAccessRestricted"}
_NO_MAILBOX = {
    "MailboxNotEnabledForRESTAPI",
    "MailboxNotSupportedForRESTAPI",
    "ErrorMailboxNotFound",
    "failedPrecondition",
}

READ, LEFT_OUT, MISSING = "read", "left out", "missing"


class Api(Web):
    """Asks one server, with a token that nobody else gets. base: where all its addresses begin."""

    def __init__(self, base: str, tokens: Tokens, *, wait: float = FIRST_WAIT_SECONDS) -> None:
        self.base = base
        self.host = host_of(base)
        super().__init__(trusted=lambda host: host == self.host, wait=wait, tries=_TRIES, patience=_PATIENCE_SECONDS)
        self._tokens = tokens

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
        """Return what the server answers; see `Web.ask`."""
        token = self._tokens.access()
        for last in (False, True):
            sent = {**(headers or {}), "Authorization": f"Bearer {token}"}
            wanted = judged if last else {*judged, 401}
            answer = super().ask(method, url, headers=sent, body=body, longest=longest, judged=wanted)
            if answer.status != 401:
                break
            token = self._tokens.access(instead_of=token) if not last else token
        return answer

    def told(self, path: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return the object at a path below the base. Raises AccountError."""
        answer = self.asked(path, headers)
        if answer.status != 200:
            raise self.refused(answer)
        return object_in(answer)

    def asked(self, path: str, headers: Mapping[str, str] | None = None, judged: Collection[int] = ()) -> Answer:
        """Return the answer of a path below the base. Raises AccountError."""
        try:
            return self.ask("GET", f"{self.base}{path}", headers=headers, judged=judged)
        except TooLong as error:
            raise AccountError(f"{self.host} sends more than 64 MiB at once.", hint="Sync again later.") from error

    def passes(self, answer: Answer) -> bool:
        """Tell whether an answer may be another one when it is asked for again."""
        return (
            super().passes(answer) or answer.status == 500 or (answer.status == 403 and bool(_RATE & reasons(answer)))
        )

    def refused(self, answer: Answer) -> AccountError:
        """Return in words what the server says no to."""
        host, why = self.host, reasons(answer)
        if answer.status == 401:
            return AccountError(f"{host} does not take our access.", hint="Connect the account again.")
        if why & _DAILY:
            return AccountError(
                f"{host} gives this client nothing more today.", hint="Sync again tomorrow; it goes on where it was."
            )
        if answer.status == 429 or why & _RATE:
            seconds = pause_of(answer) or 600
            return AccountError(
                f"{host} asks for patience.", hint=f"Sync again in {in_minutes(seconds)}.", retry_after=seconds
            )
        if why & _SWITCHED_OFF:
            return AccountError(
                f"{host} is not switched on for this client.",
                hint="Enable the Gmail API in the client's project, wait five minutes, then sync again.",
            )
        if why & _NO_MAILBOX:
            return AccountError(f"{host} has no mailbox for this user.", hint="Connect the account that has one.")
        if why & _POLICY:
            return AccountError(
                f"{host} may not give this client anything.", hint="Ask those who run the accounts at work to allow it."
            )
        if answer.status == 403 or why & _SCOPE:
            return AccountError(
                f"{host} does not let this client read mail.", hint="Connect again and leave the box for mail ticked."
            )
        if answer.status >= 500:
            return super().refused(answer)
        said = ", ".join([str(answer.status), *sorted(why)[:3]])
        return AccountError(f"{host} says no ({said}).", hint="Sync again later; if that stays so, connect it again.")


def reasons(answer: Answer) -> set[str]:
    """Return the words with which a server says why it says no; what is no such word is not among them."""
    try:
        said = msgspec.json.decode(answer.body)["error"]
        found = [said.get("code"), said.get("status")]
        for name in ("errors", "details"):
            found += [one.get("reason") for one in said.get(name) or []]
    except (msgspec.DecodeError, UnicodeError, RecursionError, KeyError, TypeError, AttributeError):
        return set()
    return {word for word in found if isinstance(word, str) and _WORD.fullmatch(word)}


class ApiAccount:
    """What accounts that are read over such an interface have in common. The secret is a `Grant`; keep: called with it as text where
    there is a new one; api: where all addresses begin, provider: who grants access, those of the kind if not given."""

    base: str

    def __init__(
        self,
        *,
        keep: Callable[[str], None] = lambda _: None,
        api: str = "",
        provider: Provider | None = None,
        wait: float = FIRST_WAIT_SECONDS,
    ) -> None:
        self._keep = keep
        self._at = api or self.base
        self._granting = provider
        self._wait = wait

    def provider(self, account: Account) -> Provider:
        """Return who grants access to an account of this kind."""
        raise NotImplementedError

    def signed_in(self, account: Account, secret: str) -> Api:
        """Return the interface, asked with the grant. Raises AccountError."""
        granting = self._granting or self.provider(account)
        return Api(self._at, Tokens(granting, grant_of(secret), self._keep, wait=self._wait), wait=self._wait)


def same_mailbox(user: str, addresses: Sequence[str], form: Callable[[str], str]) -> None:
    """Check that who signed in is who was meant. form: how addresses are compared. Raises AccountError."""
    if form(user) not in map(form, addresses):
        raise AccountError(
            f"You signed in as {addresses[0][:200] if addresses else 'nobody'}, and want the mail of {user}.",
            hint="Connect the address that you sign in with.",
        )


@dataclass(frozen=True, slots=True)
class Message:
    """What was got for the id of a message. what: READ, LEFT_OUT (not mail, or not there any more), MISSING (not given)."""

    id: str
    what: str
    record: Record | None = None


class Messages:
    """Asks for messages one by one. place: what an answer says of its message: the folder and its bytes, None to leave it out;
    raises ValueError for what cannot be decoded."""

    def __init__(self, api: Api, longest: int, place: Callable[[Answer], tuple[str, bytes] | None]) -> None:
        self._api = api
        self._longest = longest
        self._place = place
        self._failed = 0

    def all(self, wanted: Iterable[tuple[str, str, Origin]]) -> Iterator[Message]:
        """Yield what was got, in the order of what is wanted: id, path, origin. Raises AccountError.

        A server that gives nothing of many messages in a row is ill.
        """
        under_way: deque[Future[Message]] = deque()
        pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="asking")
        try:
            for one in wanted:
                under_way.append(pool.submit(self._one, *one))
                if len(under_way) >= 2 * _AT_ONCE:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        except BaseException:
            # Nobody waits for those that wait to ask again.
            self._api.close()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def forgive(self) -> None:
        """Begin to count anew what is not given."""
        self._failed = 0

    def _one(self, name: str, path: str, origin: Origin) -> Message:
        limits = Limits()
        try:
            answer = self._api.ask("GET", f"{self._api.base}{path}", longest=self._longest, judged=(500, 502, 503, 504))
        except TooLong:
            return Message(name, READ, Record(origin, "", b"", too_long(limits)))
        if answer.status in (404, 410):
            return Message(name, LEFT_OUT)
        if answer.status >= 500:
            self._failed += 1
            if self._failed > _MOST_FAILED:
                raise self._api.refused(answer)
            return Message(name, MISSING)
        if answer.status != 200:
            raise self._api.refused(answer)
        self.forgive()
        try:
            found = self._place(answer)
        except ValueError:
            return Message(name, READ, Record(origin, "", b"", "what the server sends of it cannot be decoded"))
        if found is None:
            return Message(name, LEFT_OUT)
        folder, data = found
        if len(data) > limits.message:
            return Message(name, READ, Record(origin, folder, b"", too_long(limits)))
        return Message(name, READ, Record(origin, folder, data, "" if data else "the server gives out nothing of it"))


def read(
    crew: Crew[Batch, list[Extract]], messages: Iterator[Message], options: ReadOptions
) -> Iterator[tuple[list[Extract], list[Message]]]:
    """Yield what messages say, some hundred at a time, with what was got for each, without its bytes.

    What came before an error is yielded before it is raised.
    """
    told: deque[list[Message]] = deque()
    failed: list[Exception] = []
    gathered: list[Extract] = []
    outcome: list[Message] = []
    for extracts in crew.map(_batches(messages, options, told, failed)):
        gathered += extracts
        outcome += told.popleft()
        if len(outcome) >= _RECORDS_IN_PART:
            yield gathered, outcome
            gathered, outcome = [], []
    if outcome:
        yield gathered, outcome
    if failed:
        raise failed[0]


def again(
    missing: list[str], ask: Callable[[list[str]], Iterator[tuple[list[Extract], list[Message]]]]
) -> Iterator[tuple[list[Extract], list[str]]]:
    """Yield what messages say that were not given before, each time with those that are missing still.

    Where of some none is given the others wait for the next sync: what is new does not wait for what may never come.
    """
    left = missing
    for first in range(0, len(missing), _MOST_FAILED):
        before = len(left)
        for extracts, got in ask(missing[first : first + _MOST_FAILED]):
            given = {one.id for one in got if one.what != MISSING}
            left = [one for one in left if one not in given]
            yield extracts, left
        if len(left) == before:
            return


def _batches(
    messages: Iterator[Message], options: ReadOptions, told: deque[list[Message]], failed: list[Exception]
) -> Iterator[Batch]:
    some: list[Message] = []
    size = 0
    try:
        for one in messages:
            some.append(one)
            size += len(one.record.data) if one.record else 0
            if len(some) >= _MESSAGES_IN_BATCH or size >= _BYTES_IN_BATCH:
                yield _batch(some, options, told)
                some, size = [], 0
    except AccountError as error:
        failed.append(error)
    if some:
        yield _batch(some, options, told)


def _batch(some: list[Message], options: ReadOptions, told: deque[list[Message]]) -> Batch:
    told.append([Message(one.id, one.what) for one in some])
    return Batch([one.record for one in some if one.record], options)


def objects_in(told: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the objects in a list of an object; what is none is not among them."""
    said = told.get(name)
    return [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []


def mark(text: str) -> str:
    """Return 12 characters by which something is known again whose name may be somebody's."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def below(base: str, url: str) -> str:
    """Return what an address has behind the base of an API, empty where it is of another server."""
    one, other = urlsplit(base), url[: len(base)]
    return url[len(base) :] if one.scheme and other == base and url[len(base) : len(base) + 1] == "/" else ""
