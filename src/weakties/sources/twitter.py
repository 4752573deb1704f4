"""X, formerly Twitter: the direct messages, followers and following of its archive.

The files in `data/` are JSON behind a word of JavaScript, large ones in parts (`direct-messages-part1.js`). People are told by the
number of their account alone: no name, no address. `account.js` says whose archive it is; without it, it is who takes part in every
conversation of two. Who joined, left or renamed a group is no message and yields nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from weakties.facts import handles
from weakties.facts.model import NO_TIME, Card, Extract, Link
from weakties.sources import ReadOptions
from weakties.sources.chat import NO_AUTHOR, NO_DATE, Conversation, clean, moment
from weakties.sources.dates import iso_moment
from weakties.sources.files import File, rejected
from weakties.sources.json_stream import ITEM, OPENED, Damaged, as_text, values
from weakties.sources.twice import TwiceRead

CHANNEL = "x"
NO_ACCOUNT = "no account: the record does not say which account it is about"

_BEGINS = re.compile(
    r"\ufeff?\s*(?:window\.)?YTD\.(account|followers?|following|direct_messages?(?:_group)?(?:_headers)?)\.part\d{1,4}\s*=\s*\["
)
_CONVERSATION = (ITEM, "dmConversation")
_MESSAGES = (*_CONVERSATION, "messages")
_INTO = frozenset([(), (ITEM,), _CONVERSATION, _MESSAGES])
_TWO = re.compile(r"(\d{1,20})-(\d{1,20})")
_MOST_MEMBERS = 5_000


@dataclass(slots=True)
class _Talk:
    """What is learned of one conversation. people: numbers of accounts; title: its last name."""

    id: str = ""
    title: str = ""
    people: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class _Learned:
    """What the first way has shown. talks: by file, in order; owner: number of the account whose archive it is."""

    talks: list[list[_Talk]] = field(default_factory=list)
    owner: str = ""


class XSource(TwiceRead[_Learned]):
    """Archives of X, zipped or unpacked; see docs/how-to/social-networks.md."""

    name = "x"
    reader = 1
    suffixes = ("direct-messages.js", "direct-messages-group.js")

    def claims(self, file: File) -> bool:
        """Tell whether a file begins as one of those of an archive that are read."""
        return _kind(file) != ""

    def learn(self, files: Iterator[File], path: Path) -> _Learned:  # noqa: ARG002  the path tells nothing more
        """Return whose archive it is and who takes part in each conversation."""
        learned = _Learned()
        for file in files:
            learned.talks.append([])
            kind = _kind(file)
            try:
                if kind == "account":
                    for _, value in _records(file):
                        learned.owner = _id(_within(value, kind).get("accountId")) or learned.owner
                elif kind.startswith("direct"):
                    _learn(file, learned.talks[-1])
            except Damaged:
                continue
        learned.owner = learned.owner or _in_all(learned.talks)
        return learned

    def told(self, file: File, number: int, learned: _Learned, options: ReadOptions) -> Iterator[Extract]:
        """Yield what each message, follower and the account itself say, in order."""
        kind = _kind(file)
        row = 0
        try:
            if kind.startswith("direct"):
                if number < len(learned.talks):
                    yield from _messages(file, learned.talks[number], learned.owner, options)
                return
            for row, value in _records(file):
                said = _within(value, kind.rstrip("s") if kind == "followers" else kind)
                yield (
                    _account(file, row, said, options)
                    if kind == "account"
                    else _follows(file, row, said, kind, options)
                )
        except Damaged as damage:
            yield rejected(file, row + 1, str(damage), "cards" if kind == "account" else "links")


def _kind(file: File) -> str:
    found = _BEGINS.match(file.head_text[:200])
    return "" if found is None or found[1].endswith("_headers") else found[1]


def _records(file: File) -> Iterator[tuple[int, object]]:
    """Yield the records of a list, counted from 1. Raises Damaged where it ends too early."""
    row = 0
    for path, value in values(file.text(), frozenset([()]), after="="):
        if path == (ITEM,):
            row += 1
            yield row, value


def _within(value: object, key: str) -> Mapping[str, Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _account(file: File, row: int, said: Mapping[str, Any], options: ReadOptions) -> Extract:
    own, name = _id(said.get("accountId")), clean(as_text(said.get("username"))).strip("@ ").lower()
    number = handles.number(clean(as_text(said.get("phoneNumber"))), options.region)
    found = [f"x:{own}" if own else None, f"x:{name}" if name.isidentifier() else None]
    found += [handles.email(clean(as_text(said.get("email")))), number]
    known = tuple(handle for handle in found if handle)
    if not known:
        return rejected(file, row, NO_ACCOUNT, "cards")
    shown = handles.clean_name(clean(as_text(said.get("accountDisplayName"))))
    return Extract(cards=[Card(options.me, NO_TIME, file.origin(row), name=shown, handles=known)])


def _follows(file: File, row: int, said: Mapping[str, Any], kind: str, options: ReadOptions) -> Extract:
    other = _id(said.get("accountId"))
    if not other:
        return rejected(file, row, NO_ACCOUNT, "links")
    a, b = (options.me, f"x:{other}") if kind == "following" else (f"x:{other}", options.me)
    return Extract(links=[Link("follows", a, b, NO_TIME, file.origin(row))])


def _learn(file: File, talks: list[_Talk]) -> None:
    for path, value in values(file.text(), _INTO, after="="):
        if path == _CONVERSATION and value is OPENED:
            talks.append(_Talk())
        elif path == (*_CONVERSATION, "conversationId"):
            talks[-1].id = clean(as_text(value))[:60]
            two = _TWO.fullmatch(talks[-1].id)
            talks[-1].people.update(dict.fromkeys(two.groups() if two else ()))
        elif path == (*_MESSAGES, ITEM) and isinstance(value, dict):
            for kind, said in value.items():
                if isinstance(said, dict):
                    _learn_of(talks[-1], kind, said)


def _learn_of(talk: _Talk, kind: str, said: Mapping[str, Any]) -> None:
    if kind == "conversationNameUpdate":
        # The newest comes first.
        talk.title = talk.title or handles.clean_name(clean(as_text(said.get("name"))))
    listed = [said.get("senderId"), said.get("recipientId")] if kind == "messageCreate" else []
    several = said.get("participantsSnapshot", said.get("userIds"))
    listed += several if isinstance(several, list) else []
    for who in listed:
        if (found := _id(who)) and len(talk.people) < _MOST_MEMBERS:
            talk.people[found] = None


def _in_all(talks: list[list[_Talk]]) -> str:
    """Return the account that takes part in every conversation of two, if there are several and it is the only one."""
    pairs = [set(two.groups()) for each in talks for talk in each if (two := _TWO.fullmatch(talk.id))]
    seen = Counter(who for pair in pairs for who in pair)
    found = [who for who, times in seen.items() if times == len(pairs)]
    return found[0] if len(pairs) > 1 and len(found) == 1 else ""


def _messages(file: File, talks: list[_Talk], owner: str, options: ReadOptions) -> Iterator[Extract]:
    following = iter(talks)
    talk = _conversation(_Talk(), owner, options)
    row = 0
    try:
        for path, value in values(file.text(), _INTO, after="="):
            if path == _CONVERSATION and value is OPENED:
                talk = _conversation(next(following, _Talk()), owner, options)
            elif path == (*_MESSAGES, ITEM):
                row += 1
                said = value.get("messageCreate") if isinstance(value, dict) else None
                if isinstance(said, dict):
                    yield _said(file, row, said, talk, owner, options.me)
                elif not isinstance(value, dict) or not value or "messageCreate" in value:
                    yield rejected(file, row, NO_DATE)
            elif path in ((ITEM,), _CONVERSATION, _MESSAGES) and value is not OPENED:
                # What should be a conversation and is none stands for a record that cannot be read.
                row += 1
                yield rejected(file, row, NO_DATE)
    except Damaged as damage:
        yield rejected(file, row + 1, str(damage))


def _conversation(talk: _Talk, owner: str, options: ReadOptions) -> Conversation:
    members = {_handle(who, owner, options.me): "" for who in talk.people}
    title = "" if _TWO.fullmatch(talk.id) else talk.title
    return Conversation(CHANNEL, talk.id, members, reader=XSource.reader, options=options, title=title)


def _said(file: File, row: int, said: Mapping[str, Any], talk: Conversation, owner: str, me: str) -> Extract:
    at, author = _at(said.get("createdAt")), _id(said.get("senderId"))
    if at is None:
        return rejected(file, row, NO_DATE)
    if not author:
        return rejected(file, row, NO_AUTHOR)
    return talk.says(
        _handle(author, owner, me), at, as_text(said.get("text")), file.origin(row), own_id=_id(said.get("id"))
    )


def _handle(who: str, owner: str, me: str) -> str:
    return me if owner and who == owner else f"x:{who}"


def _at(value: object) -> int | None:
    """Return seconds UTC of `2020-01-31T10:00:00.000Z` or of milliseconds, None if they are none that are possible."""
    return iso_moment(value) if isinstance(value, str) and "T" in value else moment(value, units=1000)


def _id(value: object) -> str:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return text if text.isascii() and text.isdigit() and len(text) <= 20 else ""
