"""Calendars and address books on a server, collection by collection, kept up with what changes in them.

Where the server gives tokens it says itself what has changed since; elsewhere the marks (etags) of everything are compared with a
digest of those that were read, in at most 4,096 heaps a collection. What is deleted there stays here. A server that gives
less than it lists is asked for the rest again at the next sync, and the counts say so.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from weakties.accounts import Part
from weakties.accounts.dav import LONGEST_RESOURCE, Collection, Protocol, Refused, Resource, Server, TokenExpired
from weakties.accounts.web import FIRST_WAIT_SECONDS, TooLong, host_of
from weakties.errors import AccountError
from weakties.facts import handles
from weakties.facts.accounts import Account
from weakties.facts.model import Extract, Origin, Rejected
from weakties.sources import ReadOptions
from weakties.sources.files import File, file_of_bytes

_RESOURCES_AT_ONCE = 64
_BYTES_AT_ONCE = 1024 * 1024
_RECORDS_IN_PART = 1_000
# Resources that a server may fail to give, in one sync, before it is asked for no more of them one by one.
_MOST_FAILED = 100
_MOST_PAGES = 10_000
_LARGE = 413
_GONE = (404, 410)
_TOO_LONG = "it is longer than 2 MiB: take out its picture or its attachments, then sync again"


class State(msgspec.Struct, omit_defaults=True):
    """How far a collection is read, without a path: one may be called by a person, and nobody reads a cursor.

    token: the server's, all before it has been read; target, upto: where a reading was cut off, the token to which it leads and
    the last digest of a path that it has, in the order of digests; missing: digests of paths that the server listed and did
    not give; marks: of a server without tokens, a digest of each heap; count: how many there are; since: when it was last
    read whole.
    """

    token: str = ""
    target: str = ""
    upto: str = ""
    missing: list[str] = []
    marks: dict[str, str] = {}
    count: int = -1
    since: int = 0


class DavAccount:
    """Base of kinds of accounts on WebDAV servers. settings: `address` of the web or of mail, `user`."""

    kind = ""
    reader = 1
    protocol: Protocol
    # Which count a record belongs to that cannot be read.
    counted = ""
    # After so many seconds a collection is read whole again, because what it says grows with time; 0 for never.
    anew = 0

    def __init__(self, *, wait: float = FIRST_WAIT_SECONDS) -> None:
        self._wait = wait

    def told(self, file: File, whose: str, now: int, options: ReadOptions) -> Iterator[Extract]:
        """Yield what one card or entry says. whose: the address of the collection's owner, empty if it is not known;
        now: seconds UTC, 0 if the server does not say."""
        raise NotImplementedError

    def rejected(self, path: str, reason: str) -> Extract:
        """Return what stands in the place of a card or entry that cannot be read."""
        return Extract(rejected=[Rejected(Origin(path, 0), reason, self.counted)])

    def check(self, account: Account, secret: str) -> str:
        """Sign in and count; see `Live.check`."""
        with self._server(account, secret) as server:
            try:
                collections = server.collections()
                entries = sum(len(server.listing(one)) for one in collections)
            except TooLong as error:
                raise _too_much(server) from error
            names = ", ".join(one.name for one in collections[:10])
            what = self.protocol.record if entries == 1 else self.protocol.records
            return f"{entries:,} {what} on {server.host}, in {names}."

    def parts(self, account: Account, secret: str, cursor: Mapping[str, Any], options: ReadOptions) -> Iterator[Part]:
        """Yield what is new; see `Live.parts`."""
        with self._server(account, secret) as server:
            refused: list[Refused] = []
            try:
                collections = server.collections()
                known = cursor.get("collections", {})
                keys = {one.path: _key(one, account.settings["user"]) for one in collections}
                states = {key: msgspec.convert(known.get(key, {}), State) for key in keys.values()}
                whose = _address([*server.addresses, account.settings["user"], account.settings["address"]])
                for one in collections:
                    reading = _Reading(self, server, one, states[keys[one.path]], whose if one.mine else "", options)
                    try:
                        for extracts in reading.extracts():
                            yield Part(extracts, _cursor(states))
                    except Refused as error:
                        # The others are read all the same.
                        refused.append(error)
                    else:
                        yield Part([], _cursor(states), {one.name: reading.counts()})
            except TooLong as error:
                raise _too_much(server) from error
            if refused:
                raise refused[0]

    def _server(self, account: Account, secret: str) -> Server:
        settings = account.settings
        return Server(self.protocol, settings["address"], settings["user"], secret, wait=self._wait)


class _Reading:
    """One collection being read; its state says how far at every moment."""

    def __init__(
        self, kind: DavAccount, server: Server, collection: Collection, state: State, whose: str, options: ReadOptions
    ) -> None:
        self._kind = kind
        self._server = server
        self._collection = collection
        self._state = state
        self._whose = whose
        self._options = options
        self._failed = 0
        self._one_by_one = False

    def counts(self) -> tuple[int, int]:
        """Return how many records the server has, and how many of them are here."""
        return self._state.count, max(self._state.count - len(self._state.missing), 0)

    def extracts(self) -> Iterator[list[Extract]]:
        """Yield what is new in lists; with each, the state has gone on. Raises AccountError, TooLong."""
        state, now = self._state, self._server.now
        if self._kind.anew and now - state.since > self._kind.anew:
            self._forget()
        yield from _gathered(self._new())

    def _forget(self) -> None:
        """Begin the collection anew."""
        for name, value in msgspec.structs.asdict(State(since=self._server.now)).items():
            setattr(self._state, name, value)

    def _new(self) -> Iterator[list[Extract]]:
        state = self._state
        if state.missing:
            listing = self._server.listing(self._collection)
            again = [one for one in listing if _digest(one.path) in state.missing]
            # What is not listed any more is not missed.
            state.missing = sorted(_digest(one.path) for one in again)
            for batch in _together([one] for one in again):
                extracts, missing = self._batch(batch)
                state.missing = sorted({*state.missing}.difference(_digest(one.path) for one in batch) | missing)
                yield extracts
        if not self._collection.tokens or not (yield from self._by_token()):
            yield from self._by_marks()

    def _by_token(self) -> Generator[list[Extract], None, bool]:
        """Yield what has changed since the token; return whether the server can tell."""
        state = self._state
        before = state.token
        for _ in range(_MOST_PAGES):
            try:
                page = self._server.changes(self._collection, state.token)
            except TokenExpired:
                self._forget()
                page = self._server.changes(self._collection, "")
            if page is None:
                return False
            # A reading that was cut off is taken up where it was; what has changed meanwhile is asked for after it.
            more = page.more or bool(state.target)
            state.target = state.target or page.token
            new = {mark: one for one in page.changed if (mark := _digest(one.path)) > state.upto}
            for batch in _together([new[mark]] for mark in sorted(new)):
                extracts, missing = self._batch(batch)
                state.upto = _digest(batch[-1].path)
                state.missing = sorted(missing.union(state.missing))
                yield extracts
            state.token, state.target, state.upto = state.target, "", ""
            if not more:
                break
        if state.token != before or state.count < 0:
            state.count = len(self._server.listing(self._collection))
        return True

    def _by_marks(self) -> Iterator[list[Extract]]:
        """Yield what has another mark than when it was read."""
        state = self._state
        listing = self._server.listing(self._collection)
        heaps: dict[str, list[Resource]] = defaultdict(list)
        for one in listing:
            heaps[_digest(one.path)[:2]].append(one)
        marks = {heap: _digest("\n".join(f"{one.path}\t{one.etag}" for one in some)) for heap, some in heaps.items()}
        state.marks = {heap: mark for heap, mark in state.marks.items() if heap in heaps}
        new = [heap for heap in sorted(heaps) if state.marks.get(heap) != marks[heap]]
        for batch in _together(heaps[heap] for heap in new):
            extracts, missing = self._batch(batch)
            read = {_digest(one.path)[:2] for one in batch}
            state.marks = {**state.marks, **{heap: marks[heap] for heap in read}}
            state.missing = sorted(missing.union(state.missing))
            yield extracts
        state.count = len(listing)

    def _batch(self, batch: list[Resource]) -> tuple[list[Extract], set[str]]:
        """Return what resources say, and the digests of the paths of those that the server lists and does not give."""
        contents = self._contents([one for one in batch if one.size <= LONGEST_RESOURCE])
        extracts: list[Extract] = []
        missing: set[str] = set()
        for one in batch:
            data: bytes | int = contents.get(one.path) or self._alone(one)
            if isinstance(data, bytes) and len(data) <= LONGEST_RESOURCE:
                file = file_of_bytes(one.path, data)
                extracts += self._kind.told(file, self._whose, self._server.now, self._options)
            elif isinstance(data, bytes) or data == _LARGE:
                extracts.append(self._kind.rejected(one.path, _TOO_LONG))
            elif data not in _GONE:
                missing.add(_digest(one.path))
        return extracts, missing

    def _contents(self, some: list[Resource]) -> dict[str, bytes]:
        if not some or self._one_by_one:
            return {}
        try:
            found = self._server.contents(self._collection, some)
        except TooLong:
            if len(some) == 1:
                return {}
            half = len(some) // 2
            return self._contents(some[:half]) | self._contents(some[half:])
        self._one_by_one = found is None
        return found or {}

    def _alone(self, one: Resource) -> bytes | int:
        """Return what a resource holds that did not come with the others, or the number with which the server says no."""
        if one.size > LONGEST_RESOURCE:
            return _LARGE
        if self._failed >= _MOST_FAILED:
            return 0
        try:
            data = self._server.content(self._collection, one)
        except TooLong:
            return _LARGE
        self._failed += isinstance(data, int) and data not in _GONE
        return data


def _gathered(some: Iterator[list[Extract]]) -> Iterator[list[Extract]]:
    """Yield lists of some thousand records at the most, made of shorter ones."""
    gathered: list[Extract] = []
    try:
        for extracts in some:
            gathered += extracts
            if sum(len(one.events) + len(one.cards) + 1 for one in gathered) >= _RECORDS_IN_PART:
                yield gathered
                gathered = []
    except Exception:
        # On a line that breaks often, each attempt must come further than the one before.
        if gathered:
            yield gathered
        raise
    if gathered:
        yield gathered


def _together(groups: Iterable[list[Resource]]) -> Iterator[list[Resource]]:
    """Yield what is asked for at once: whole groups, by number and by size."""
    some: list[Resource] = []
    for group in groups:
        some += group
        if len(some) >= _RESOURCES_AT_ONCE or sum(one.size for one in some) >= _BYTES_AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _digest(text: str) -> str:
    """Return 12 characters; the first two are one of 4,096 heaps."""
    return urlsafe_b64encode(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=9).digest()).decode()


def _key(collection: Collection, user: str) -> str:
    """Return what a collection is known by: of another server, or for another user, it is another one."""
    return _digest(f"{host_of(collection.url)} {collection.path} {user}")


def _cursor(states: Mapping[str, State]) -> dict[str, Any]:
    return {"collections": {key: msgspec.to_builtins(state) for key, state in states.items()}}


def _address(known: Iterable[str]) -> str:
    """Return the first mail address."""
    found = (handles.email(text.strip().removeprefix("mailto:")) for text in known)
    return next((handles.value(handle) for handle in found if handle), "")


def _too_much(server: Server) -> AccountError:
    return AccountError(
        f"{server.host} sends more than 64 MiB at once.", hint="Connect one collection, by its address."
    )
