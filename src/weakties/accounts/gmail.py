"""Mail over the Gmail API: every message once, then what Gmail's history tells of, never changing anything there.

The first time all ids are listed and read from the newest to the oldest, in heaps by their first digits, which stand for some
weeks each. A heap is known by a mark made of its ids, so that a reading that was cut off, or a history that Gmail has
forgotten, costs one more list of the ids and the messages of those heaps that have changed. Spam, bin, drafts and chats are
left out.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from typing import Any
from urllib.parse import urlencode

import msgspec

from weakties.accounts import Part
from weakties.accounts.api import (
    MISSING,
    Api,
    ApiAccount,
    Message,
    Messages,
    again,
    mark,
    objects_in,
    read,
    same_mailbox,
)
from weakties.accounts.oauth import GOOGLE, Provider, number_in, object_in, text_in, unreadable
from weakties.accounts.web import Answer
from weakties.errors import AccountError
from weakties.facts.accounts import Account
from weakties.facts.model import Extract, Origin
from weakties.sources import ReadOptions
from weakties.sources import mail as reader
from weakties.sources.crew import Crew
from weakties.sources.mail import Batch, extract_batch
from weakties.sources.streams import Limits

API = "https://gmail.googleapis.com/gmail/v1/users/me"
FOLDER = "All Mail"
_OUT = frozenset({"SPAM", "TRASH", "DRAFT", "CHAT"})
_PAGE = 500
_MOST_PAGES = 20_000
_MOST_MISSING = 200
# A message of 64 MiB, in letters.
_LONGEST = Limits().message // 3 * 4 + 1024 * 1024
# Ids are numbers of 64 bits that begin with milliseconds, 44 bits of them: what is left is 25 days.
_HEAP_BITS = 51
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class State(msgspec.Struct, omit_defaults=True):
    """How far a mailbox is read. who: a mark of its address; history: behind which Gmail is asked what is new, empty until all
    was read; heaps: a mark of the ids in each heap that was read; upto: the last id that was read in a heap that is not read to
    its end; begun: a mark of that heap's ids down to it; count: messages that the server has; missing: those of them that it did
    not give.
    """

    who: str = ""
    history: str = ""
    heaps: dict[str, str] = {}
    upto: str = ""
    begun: str = ""
    count: int = 0
    missing: list[str] = []


class _Expired(Exception):
    """Gmail does not remember that far back."""


class GmailAccount(ApiAccount):
    """A mailbox at Gmail. settings: `user`."""

    kind = "gmail"
    reader = reader.READER
    base = API

    def provider(self, account: Account) -> Provider:  # noqa: ARG002  Google grants in one place
        """Return who grants access."""
        return GOOGLE

    def check(self, account: Account, secret: str) -> str:
        """Sign in and count; see `Live.check`."""
        with closing(self.signed_in(account, secret)) as api:
            profile = api.told("/profile")
            address, user = text_in(profile, "emailAddress"), account.settings["user"]
            same_mailbox(user, [address] if address else [], _plain)
            total = number_in(profile, "messagesTotal")
            return f"{total:,} {'message' if total == 1 else 'messages'} of {user} at Gmail."

    def parts(self, account: Account, secret: str, cursor: Mapping[str, Any], options: ReadOptions) -> Iterator[Part]:
        """Yield what is new; see `Live.parts`."""
        with closing(self.signed_in(account, secret)) as api, Crew(extract_batch) as crew:
            profile = api.told("/profile")
            who = mark(_plain(text_in(profile, "emailAddress")))
            state = msgspec.convert(cursor, State) if cursor.get("who") == who else State(who)
            yield from _Reading(api, crew, state, options).parts(_history_id(api, profile))


class _Reading:
    """A mailbox being read; its state says how far at every moment."""

    def __init__(self, api: Api, crew: Crew[Batch, list[Extract]], state: State, options: ReadOptions) -> None:
        self._api = api
        self._crew = crew
        self._state = state
        self._options = options
        self._messages = Messages(api, _LONGEST, _placed)
        self._left = 0
        self._listed: set[str] = set()

    def parts(self, now: str) -> Iterator[Part]:
        """Yield what is new. now: the history id of this moment."""
        state = self._state
        for extracts, left in again(state.missing, self._read):
            state.missing = left
            yield self._part(extracts)
        self._messages.forgive()
        try:
            if state.history:
                yield from self._changes()
        except _Expired:
            state.history = ""
        if not state.history:
            yield from self._whole(now)
            # What came while the list was made may be in it or not.
            with suppress(_Expired):
                yield from self._changes()
        yield self._part([])

    def _part(self, extracts: list[Extract]) -> Part:
        state = self._state
        stored = max(state.count - self._left - len(state.missing), 0)
        return Part(extracts, msgspec.to_builtins(state), {FOLDER: (state.count, stored)})

    def _read(self, ids: list[str]) -> Iterator[tuple[list[Extract], list[Message]]]:
        wanted = ((one, f"/messages/{one}?format=raw", Origin(f"{FOLDER}/{one}", 0)) for one in ids)
        return read(self._crew, self._messages.all(wanted), self._options)

    def _whole(self, now: str) -> Iterator[Part]:
        """Yield all that is there but the heaps that are here."""
        state, api = self._state, self._api
        out = {one for label in ("DRAFT", "CHAT") for one in _ids(api, label)}
        ids = sorted(set(_ids(api)) - out, key=lambda one: (len(one), one), reverse=True)
        heaps: defaultdict[str, list[str]] = defaultdict(list)
        for one in ids:
            heaps[_heap(one)].append(one)
        marks = {heap: _marked(some) for heap, some in heaps.items()}
        state.heaps = {heap: known for heap, known in state.heaps.items() if heap in marks}
        new = {heap for heap, known in marks.items() if state.heaps.get(heap) != known}
        listed = set(ids)
        state.missing = [one for one in state.missing if one in listed]
        # A heap that was begun is read on from there, unless something has come into what was read of it.
        begun = _down_to(heaps, state.upto) if state.upto else []
        passed = {*state.missing, *(begun if _marked(begun) == state.begun else ())}
        wanted = [one for one in ids if _heap(one) in new and one not in passed]
        state.count, self._left, self._listed = len(ids), len(wanted), listed
        ends = {_heap(one): one for one in wanted}
        for extracts, got in self._read(wanted):
            self._left -= len(got)
            state.upto = got[-1].id
            state.begun = _marked(_down_to(heaps, state.upto))
            state.heaps |= {heap: marks[heap] for one in got if ends[heap := _heap(one.id)] == one.id}
            self._note(got)
            if not self._left:
                self._finish(marks, now)
            yield self._part(extracts)
        self._finish(marks, now)

    def _finish(self, marks: Mapping[str, str], now: str) -> None:
        """Note that all is read that there was when its ids were listed."""
        state = self._state
        state.heaps, state.history, state.upto, state.begun = dict(marks), now, "", ""

    def _changes(self) -> Iterator[Part]:
        """Yield what has come since. Raises _Expired."""
        state, begin, page = self._state, self._state.history, ""
        for number in range(_MOST_PAGES):
            asked = {"startHistoryId": begin, "maxResults": str(_PAGE)} | ({"pageToken": page} if page else {})
            answer = self._api.asked(f"/history?{urlencode(asked)}")
            if answer.status in (400, 404):
                raise _Expired
            if answer.status != 200:
                raise self._api.refused(answer)
            told = object_in(answer)
            page = text_in(told, "nextPageToken")
            records = objects_in(told, "history")
            come, gone = _come_and_gone(records)
            if self._listed:
                come = [one for one in come if one not in self._listed]
                gone = [one for one in gone if one in self._listed]
            last, outcomes = yield from self._page(come)
            self._settle(outcomes, gone)
            # Where nothing came the place is kept, so that a mailbox in which only marks change makes no imports.
            if page:
                state.history = str(max((number_in(one, "id") for one in records), default=0) or state.history)
            elif come or gone or number:
                state.history = _history_id(self._api, told)
            yield self._part(last)
            if not page:
                return
        raise unreadable(self._api.host)

    def _page(self, ids: list[str]) -> Generator[Part, None, tuple[list[Extract], list[Message]]]:
        """Yield what has come by one page of history but for the last of it; return that, and what was got for each.

        How far it is read is said with the last alone.
        """
        state = msgspec.to_builtins(self._state)
        outcomes: list[Message] = []
        last: list[Extract] = []
        try:
            for extracts, got in self._read(ids):
                if last:
                    yield Part(last, state)
                last = extracts
                outcomes += got
        except AccountError:
            yield Part(last, state)
            raise
        return last, outcomes

    def _settle(self, outcomes: list[Message], gone: list[str]) -> None:
        state = self._state
        state.count = max(state.count + len(outcomes) - len(gone), 0)
        state.missing = [one for one in state.missing if one not in gone]
        # What was moved away between being told of and being asked for is told of as gone next.
        for one in [*(message.id for message in outcomes), *gone]:
            heap = _heap(one)
            state.heaps[heap] = _marked([one], state.heaps.get(heap, "0"))
        self._note(outcomes)

    def _note(self, got: list[Message]) -> None:
        state = self._state
        state.missing = sorted({*state.missing, *(one.id for one in got if one.what == MISSING)})
        if len(state.missing) > _MOST_MISSING:
            raise AccountError(
                f"{self._api.host} lists many messages and does not give them.", hint="Sync again later."
            )


def _ids(api: Api, label: str = "") -> Iterator[str]:
    """Yield the ids of all messages, or of those with a label."""
    page = ""
    for _ in range(_MOST_PAGES):
        asked = {"maxResults": str(_PAGE)}
        asked |= ({"labelIds": label} if label else {}) | ({"pageToken": page} if page else {})
        answer = api.asked(f"/messages?{urlencode(asked)}")
        if label and answer.status in (400, 404):
            # Not every mailbox has every label.
            return
        if answer.status != 200:
            raise api.refused(answer)
        told = object_in(answer)
        for one in objects_in(told, "messages"):
            yield _id_in(api, one)
        if not (page := text_in(told, "nextPageToken")):
            return
    raise unreadable(api.host)


def _come_and_gone(records: list[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """Return the ids of what has come to the mail that is read, and of what has left it, by the first and last word on each."""
    before: dict[str, bool] = {}
    after: dict[str, bool] = {}
    for record in records:
        for kind in ("messagesAdded", "labelsRemoved", "labelsAdded", "messagesDeleted"):
            for entry in objects_in(record, kind):
                message = entry.get("message")
                name = text_in(message, "id") if isinstance(message, dict) else ""
                if isinstance(message, dict) and _ID.fullmatch(name):
                    here = _is_here(kind, message, _labels(entry))
                    if here is not None:
                        before.setdefault(name, kind in ("labelsAdded", "messagesDeleted"))
                        after[name] = here
    come = [name for name, here in after.items() if here and not before[name]]
    return come, [name for name, here in after.items() if not here and before[name]]


def _is_here(kind: str, message: Mapping[str, Any], moved: set[str]) -> bool | None:
    """Tell whether a message is among the mail that is read after what happened to it; None where that says nothing of it.

    moved: the labels that it gained or lost.
    """
    now = _labels(message)
    if kind == "messagesAdded" or (kind == "labelsRemoved" and moved & _OUT):
        return not now & _OUT
    # What a message was before it went is known by its other labels.
    if kind == "labelsAdded" and moved & _OUT and not (now - moved) & _OUT:
        return False
    return False if kind == "messagesDeleted" and "labelIds" in message and not now & _OUT else None


def _placed(answer: Answer) -> tuple[str, bytes] | None:
    told = object_in(answer)
    labels = _labels(told)
    if labels & _OUT:
        return None
    raw = text_in(told, "raw").rstrip("=")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", raw):
        raise ValueError
    return "sent" if "SENT" in labels else "", urlsafe_b64decode(raw + "=" * (-len(raw) % 4))


def _labels(told: Mapping[str, Any]) -> set[str]:
    said = told.get("labelIds")
    return {one for one in said if isinstance(one, str)} if isinstance(said, list) else set()


def _id_in(api: Api, told: Mapping[str, Any]) -> str:
    found = text_in(told, "id")
    if not _ID.fullmatch(found):
        raise unreadable(api.host)
    return found


def _history_id(api: Api, told: Mapping[str, Any]) -> str:
    if not (found := number_in(told, "historyId")):
        raise unreadable(api.host)
    return str(found)


def _heap(name: str) -> str:
    """Return the heap of an id: of those that came in the same weeks."""
    try:
        return f"{int(name, 16) >> _HEAP_BITS:x}"
    except ValueError:
        return mark(name)[:2]


def _down_to(heaps: Mapping[str, list[str]], upto: str) -> list[str]:
    """Return the ids of one heap, the newest first, down to one of them; none where it is not there any more."""
    some = heaps.get(_heap(upto), [])
    return some[: some.index(upto) + 1] if upto in some else []


def _marked(ids: Iterable[str], known: str = "0") -> str:
    """Return the mark of ids, whatever their order. known: of others, with which they come together or from which they go."""
    number = int(known, 16)
    for one in ids:
        number ^= int(mark(one), 16)
    return f"{number:x}"


def _plain(address: str) -> str:
    """Return an address in the form in which Gmail compares it."""
    name, _, domain = address.strip().lower().partition("@")
    return f"{name.replace('.', '')}@gmail.com" if domain in ("gmail.com", "googlemail.com") else f"{name}@{domain}"
