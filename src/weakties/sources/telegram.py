"""Telegram: `result.json` as Telegram Desktop writes it, of one chat or of a whole account.

The file is gone through twice: once to learn whose account it is and who writes in each chat, and once to read it. A whole
export names its owner; in the export of one chat with one person the owner is who is not that person. Broadcast channels
speak to nobody in particular and *Saved Messages* to nobody else, so neither says anything of people. Ids last, names do
not: people are known as `telegram:` and their number, who has deleted the account too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from weakties.facts import handles
from weakties.facts.model import NO_TIME, Card, Extract
from weakties.sources import ReadOptions
from weakties.sources.chat import NO_AUTHOR, NO_DATE, Conversation, bare_name, clean, moment
from weakties.sources.dates import iso_moment
from weakties.sources.files import File, rejected
from weakties.sources.json_stream import ITEM, OPENED, Damaged, as_text, values
from weakties.sources.twice import TwiceRead

CHANNEL = "telegram"
NO_CONTACT = "no contact: it names neither an account nor a telephone number"

_LISTS = ("chats", "left_chats")
_CHATS = frozenset((name, "list", ITEM) for name in _LISTS)
_MESSAGES = frozenset([("messages",), *((*chat, "messages") for chat in _CHATS)])
_CONTACTS = ("contacts", "list")
_INTO = frozenset(
    [(), ("contacts",), _CONTACTS, *_MESSAGES, *_CHATS, *((name,) for name in _LISTS), *((name, "list") for name in _LISTS)]
)  # fmt: skip
_TYPES = re.compile(
    r'"type":\s*"(?:personal_chat|bot_chat|saved_messages|private_group|private_supergroup|public_supergroup|private_channel'
    r'|public_channel|replies|verification_codes)"'
)
_ACCOUNT = re.compile(r'"personal_information":\s*\{\s*"user_id":|"contacts":\s*\{\s*"about":[^{}]*"list":')
_FOR_NOBODY = frozenset(["private_channel", "public_channel", "saved_messages"])
_MACHINES = frozenset(["bot_chat", "verification_codes", "replies"])
_PERSONAL = ("personal_chat", "bot_chat")
_MOST_WRITERS = 5_000
_LONGEST_ID = 60


@dataclass(slots=True)
class _Chat:
    """What is learned of one chat. writers: `user123`, or the name where no id is told, and how they are called."""

    name: str = ""
    kind: str = ""
    id: str = ""
    writers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Learned:
    """What the first way has shown. chats: by file, in order; owners: ids of the accounts whose exports these are."""

    chats: list[list[_Chat]] = field(default_factory=list)
    owners: set[str] = field(default_factory=set)


class TelegramSource(TwiceRead[_Learned]):
    """Exports of Telegram Desktop in JSON; see docs/how-to/chats.md."""

    name = "telegram"
    reader = 1
    suffixes = ("result.json",)

    def claims(self, file: File) -> bool:
        """Tell whether a file begins as an export of a chat or an account does."""
        head = file.head_text
        if not head.lstrip("\ufeff \t\r\n").startswith("{"):
            return False
        if '"messages"' in head and ('"date_unixtime"' in head or _TYPES.search(head)):
            return True
        return bool(_ACCOUNT.search(head)) or ('"chats"' in head and '"list"' in head and bool(_TYPES.search(head)))

    def learn(self, files: Iterator[File], path: Path) -> _Learned:  # noqa: ARG002  the path tells nothing more
        """Return whose exports these are and who writes in each chat."""
        learned = _Learned()
        for file in files:
            learned.chats.append([_Chat()])
            try:
                _learn(file, learned)
            except Damaged:
                continue
        return learned

    def told(self, file: File, number: int, learned: _Learned, options: ReadOptions) -> Iterator[Extract]:
        """Yield what each message, contact and the account itself say, in order."""
        if number < len(learned.chats):
            yield from _Telling(file, learned.chats[number], learned.owners, options).extracts()


def _learn(file: File, learned: _Learned) -> None:
    chats = learned.chats[-1]
    for path, value in values(file.text(), _INTO):
        if path in _CHATS and value is OPENED:
            chats.append(_Chat())
        elif path[-1:] == (ITEM,):
            if path[:-1] in _MESSAGES and isinstance(value, dict):
                who = _writer(value)
                if who and (len(chats[-1].writers) < _MOST_WRITERS or who in chats[-1].writers):
                    chats[-1].writers[who] = as_text(value.get("from") or value.get("actor"))
        elif path == ("personal_information",) and isinstance(value, dict):
            if user := _number(value.get("user_id")):
                learned.owners.add(f"user{user}")
        elif (path[:-1] in _CHATS or len(path) == 1) and path[-1] in ("name", "type", "id"):
            chat = chats[-1]
            chat.name = clean(as_text(value)) if path[-1] == "name" else chat.name
            chat.kind = as_text(value) if path[-1] == "type" else chat.kind
            chat.id = _number(value) if path[-1] == "id" else chat.id


class _Telling:
    """One file as it is read the second time."""

    def __init__(self, file: File, chats: list[_Chat], owners: set[str], options: ReadOptions) -> None:
        self._file = file
        self._chats = iter(chats)
        self._owners = owners
        self._options = options
        self._row = 0
        self._enter(next(self._chats))

    def extracts(self) -> Iterator[Extract]:
        try:
            for path, value in values(self._file.text(), _INTO):
                if path in _CHATS and value is OPENED:
                    self._enter(next(self._chats, _Chat()))
                elif path[:-1] in _MESSAGES or (path in _MESSAGES | _CHATS and value is not OPENED):
                    # What should be a list or a chat and is none stands for a record that cannot be read.
                    self._row += 1
                    if extract := self._message(value):
                        yield extract
                elif path[:-1] == _CONTACTS:
                    self._row += 1
                    yield self._contact(value)
                elif path == ("personal_information",):
                    self._row += 1
                    yield from self._account(value)
        except Damaged as damage:
            yield rejected(self._file, self._row + 1, str(damage))

    def _enter(self, chat: _Chat) -> None:
        """Begin a chat: say who is in it."""
        self._chat = chat
        personal = chat.kind in _PERSONAL and bool(chat.id)
        # In a chat with one person everybody else who writes is the owner.
        mine = {who for who in chat.writers if personal and who.startswith("user") and who != f"user{chat.id}"}
        self._own = mine | self._owners
        self._writers = {who: self._handle(who) for who in chat.writers}
        members = {handle: name for who, name in chat.writers.items() if (handle := self._writers[who])}
        if personal:
            members.setdefault(f"telegram:{chat.id}", chat.name)
        if personal or self._owners or chat.writers.keys() & self._own:
            members[self._options.me] = members.get(self._options.me, "")
        self._talk = Conversation(
            CHANNEL,
            chat.id or chat.name,
            members,
            reader=TelegramSource.reader,
            options=self._options,
            title="" if personal else chat.name,
        )
        self._untold = set(self._own - self._owners)

    def _handle(self, who: str) -> str:
        if who in self._own:
            return self._options.me
        if who.startswith("user") and who[4:].isdigit():
            return f"telegram:{who[4:]}"
        # An id of a group or channel is nobody's; a name is told only where no id is.
        return "" if who[-1:].isdigit() and who.startswith(("channel", "chat")) else bare_name(who, CHANNEL)

    def _message(self, value: object) -> Extract | None:
        """Return what a message or a call says; None where it speaks to nobody in particular."""
        said: Mapping[str, Any] = value if isinstance(value, dict) else {}
        call = said.get("type") == "service" and said.get("action") == "phone_call"
        if self._chat.kind in _FOR_NOBODY or (said.get("type") == "service" and not call):
            return None
        who = _writer(said)
        author = (self._writers.get(who) or self._handle(who)) if who else ""
        if who.startswith("channel") and not author:
            return None
        at = _at(said)
        if at is None:
            return rejected(self._file, self._row, NO_DATE)
        if not author:
            return rejected(self._file, self._row, NO_AUTHOR)
        origin = self._file.origin(self._row)
        number = _number(said.get("id"))
        own_id = f"{self._chat.id}/{number}" if number and self._chat.id else ""
        if call:
            lasted, why = _number(said.get("duration_seconds")), said.get("discard_reason")
            folder = "missed" if why == "missed" else "declined" if why == "busy" else ""
            extract = self._talk.calls(author, at, origin, duration=int(lasted or 0), own_id=own_id, folder=folder)
        else:
            bulk = "bot" if self._chat.kind in _MACHINES and author != self._options.me else ""
            extract = self._talk.says(author, at, _words(said.get("text")), origin, own_id=own_id, bulk=bulk)
        if who in self._untold and who[4:].isdigit():
            # By this id the owner is known in groups too, whose exports do not tell who that is.
            self._untold.discard(who)
            name = handles.clean_name(clean(self._chat.writers.get(who, "")))
            extract.cards.append(Card(self._options.me, NO_TIME, origin, name=name, handles=(f"telegram:{who[4:]}",)))
        return extract

    def _contact(self, value: object) -> Extract:
        said: Mapping[str, Any] = value if isinstance(value, dict) else {}
        user = _number(said.get("user_id"))
        number = handles.number(clean(as_text(said.get("phone_number"))), self._options.region)
        found = [handle for handle in (f"telegram:{user}" if user else "", number) if handle]
        if not found:
            return rejected(self._file, self._row, NO_CONTACT, "cards")
        at = _at(said)
        origin = self._file.origin(self._row)
        card = Card(found[0], NO_TIME if at is None else at, origin, name=_name(said), handles=tuple(found[1:]))
        return Extract(cards=[card])

    def _account(self, value: object) -> Iterator[Extract]:
        said: Mapping[str, Any] = value if isinstance(value, dict) else {}
        user, name = _number(said.get("user_id")), clean(as_text(said.get("username"))).strip("@ ").lower()
        number = handles.number(clean(as_text(said.get("phone_number"))), self._options.region)
        found = [f"telegram:{user}" if user else "", f"telegram:{name}" if name.isidentifier() else "", number or ""]
        own = tuple(handle for handle in found if handle)
        if own:
            yield Extract(
                cards=[Card(self._options.me, NO_TIME, self._file.origin(self._row), name=_name(said), handles=own)]
            )


def _writer(said: Mapping[str, Any]) -> str:
    """Return who wrote a message or called: `user123`, or a name where no id is told; empty where nobody is."""
    for key in ("from_id", "actor_id"):
        found = said.get(key)
        if isinstance(found, int) and not isinstance(found, bool) and 0 < found < 10**19:
            # Older versions write the number alone.
            return f"user{found}"
        if isinstance(found, str) and 0 < len(found) <= _LONGEST_ID:
            return found
    return as_text(said.get("from") or said.get("actor"))[:200]


def _words(text: object) -> str:
    """Return a text that is written as one or in parts, some of them with what they are."""
    if isinstance(text, str):
        return text
    if not isinstance(text, list):
        return ""
    return "".join(
        part if isinstance(part, str) else as_text(part.get("text")) for part in text if isinstance(part, str | dict)
    )


def _at(said: Mapping[str, Any]) -> int | None:
    """Return seconds UTC; older versions tell but the wall clock, which is taken for UTC."""
    if "date_unixtime" in said:
        return moment(said["date_unixtime"])
    return iso_moment(said.get("date"))


def _name(said: Mapping[str, Any]) -> str:
    return handles.clean_name(clean(f"{as_text(said.get('first_name'))} {as_text(said.get('last_name'))}"))


def _number(value: object) -> str:
    """Return a whole number as text, empty where it is none or 0."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    text = str(value)
    return text if text.isascii() and text.isdigit() and len(text) < 20 and int(text) else ""
