"""The export of a Slack workspace: who is in it, its channels, and a file for each day of each channel.

Everybody of a workspace can read a channel, so what is said there is said to hardly anybody: of a large channel a message is for
those it mentions and those who write in its thread, while the channel's size is told in full. In direct messages and small
groups it is for all others. Profiles become cards; their mail addresses are how Slack's people are known elsewhere. The export
does not say whose it is, and needs not: its owner is known by the mail address too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from weakties.facts import handles
from weakties.facts.model import NO_TIME, Card, Extract
from weakties.sources import ReadOptions
from weakties.sources.chat import NO_AUTHOR, NO_DATE, Conversation, clean, moment
from weakties.sources.files import File, rejected
from weakties.sources.json_stream import ITEM, OPENED, Damaged, as_text, values
from weakties.sources.twice import TwiceRead

CHANNEL = "slack"
NO_MESSAGE = "no message: the record is not what Slack writes into a channel's file"
NO_PROFILE = "no profile: the record names no account"

_INTO = frozenset([()])
_ITEM = (ITEM,)
_USERS = frozenset(["users.json", "org_users.json"])
_ROOMS = frozenset(["channels.json", "groups.json", "mpims.json", "dms.json"])
_DAY = re.compile(r"\d{4}-\d\d-\d\d\.json")
_IS_USERS = re.compile(r'"id"\s*:\s*"[UW][A-Z0-9]+"')
_IS_ROOMS = re.compile(r'"id"\s*:\s*"[CDG][A-Z0-9]+"')
_IS_DAY = re.compile(r'"type"\s*:\s*"message"')
_ID = re.compile(r"[A-Z][A-Z0-9]{2,30}")
_TS = re.compile(r"\d{1,12}(?:\.\d{1,9})?")
_DIRECT = re.compile(r"D[A-Z0-9]{5,30}")
# What somebody wrote; all other kinds are told by Slack itself, of joining, topics, pins.
_SAID = frozenset(
    ["", "thread_broadcast", "reply_broadcast", "me_message", "file_share", "file_comment", "bot_message"]
)
_HUDDLE = "huddle_thread"
_SLACKBOT = "USLACKBOT"
# People of a channel up to which a message is for all of them.
_SMALL = 10
_MOST_MEMBERS, _MOST_MENTIONED, _MOST_THREADS = 50_000, 200, 20_000
_MENTION = re.compile(r"<@([A-Z][A-Z0-9]{2,30})(?:\|[^<>]{0,200})?>")
_MARK = re.compile(r"<([#@!]?)([^<>|]{0,2000})(?:\|([^<>]{0,2000}))?>")
_REFERENCES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


@dataclass(frozen=True, slots=True)
class _Room:
    """A channel or conversation. private: a direct message or a group of a few, all of whom a message is for."""

    id: str
    title: str = ""
    private: bool = False
    members: tuple[str, ...] = ()


@dataclass(slots=True)
class _Learned:
    """What the first way has shown. rooms: by the place of the export and the folder's name;
    machines: accounts of bots; threads: who has written in the newest ones so far.
    """

    base: str = ""
    names: dict[str, str] = field(default_factory=dict)
    machines: set[str] = field(default_factory=lambda: {_SLACKBOT})
    rooms: dict[tuple[str, str], _Room] = field(default_factory=dict)
    threads: dict[tuple[str, str], dict[str, None]] = field(default_factory=dict)


class SlackSource(TwiceRead[_Learned]):
    """Exports of a Slack workspace, ordinary or complete; see docs/how-to/chats.md."""

    name = CHANNEL
    reader = 1
    suffixes = ()

    def claims(self, file: File) -> bool:
        """Tell by its name and beginning whether a file lists accounts or channels, or has the messages of a day."""
        head = file.head_text
        if not head.lstrip("\ufeff \t\r\n").startswith("["):
            return False
        if file.base in _USERS:
            return '"profile"' in head and _IS_USERS.search(head) is not None
        if file.base in _ROOMS:
            return '"members"' in head and _IS_ROOMS.search(head) is not None
        return _DAY.fullmatch(file.base) is not None and '"ts"' in head and _IS_DAY.search(head) is not None

    def learn(self, files: Iterator[File], path: Path) -> _Learned:
        """Return who is a machine, how everybody is called, and who is in which channel."""
        learned = _Learned(path.name if path.is_dir() else path.parent.name)
        for file in files:
            try:
                if file.base in _USERS:
                    for _, said in _records(file):
                        _learn_user(said, learned)
                elif file.base in _ROOMS:
                    place = "/".join(part for part in file.name.replace("!", "/").split("/")[:-1] if part)
                    for _, said in _records(file):
                        _learn_room(said, place, file.base, learned)
            except Damaged:
                continue
        return learned

    def told(self, file: File, number: int, learned: _Learned, options: ReadOptions) -> Iterator[Extract]:  # noqa: ARG002
        """Yield what each account or message says, in order; what describes a channel says nothing of its own."""
        row = 0
        kind = "cards" if file.base in _USERS else "events"
        day = None if file.base in _USERS or file.base in _ROOMS else _Day(file, learned, options)
        try:
            for row, said in _records(file):
                if day:
                    yield from day.says(row, said)
                elif file.base in _USERS:
                    yield from _card(file, row, said, learned, options)
        except Damaged as damage:
            yield rejected(file, row + 1, str(damage), kind)


def _records(file: File) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the number and value of each item of a file's list; what is no object as an empty one."""
    row = 0
    for path, value in values(file.text(), _INTO):
        if path == _ITEM or value is not OPENED:
            row += 1
            yield row, value if isinstance(value, dict) else {}


def _place(file: File, base: str) -> tuple[str, str]:
    """Return where the export lies in which a day's file is, and the channel's folder. base: the name of what is imported."""
    parts = [part for part in file.name.replace("!", "/").split("/") if part]
    return "/".join(parts[:-2]), parts[-2] if len(parts) > 1 else base


def _learn_user(said: Mapping[str, Any], learned: _Learned) -> None:
    if user := _id(said.get("id")):
        learned.names[user] = _name(said)
        if said.get("is_bot") is True:
            learned.machines.add(user)


def _learn_room(said: Mapping[str, Any], place: str, base: str, learned: _Learned) -> None:
    room, name = _id(said.get("id")), as_text(said.get("name"))
    listed = said.get("members")
    members = [user for one in listed[:_MOST_MEMBERS] if (user := _id(one))] if isinstance(listed, list) else []
    if not room:
        return
    private = base in ("dms.json", "mpims.json")
    found = _Room(room, "" if private else name, private, tuple(dict.fromkeys(members)))
    learned.rooms[place, name or room] = learned.rooms[place, room] = found


class _Day:
    """The messages of a channel's file."""

    def __init__(self, file: File, learned: _Learned, options: ReadOptions) -> None:
        self._file, self._learned, self._options = file, learned, options
        place, folder = _place(file, learned.base)
        direct = _DIRECT.fullmatch(folder) is not None
        unknown = _Room(folder, "" if direct or folder.startswith("mpdm-") else folder, direct)
        self._room = learned.rooms.get((place, folder), unknown)
        self._talk = lru_cache(maxsize=500)(self._find_talk)

    def says(self, row: int, said: Mapping[str, Any]) -> Iterator[Extract]:
        """Yield what a message says; nothing for what Slack itself tells of a channel."""
        kind = as_text(said.get("subtype"))
        stamp = as_text(said.get("ts"))
        at = moment(stamp.partition(".")[0]) if _TS.fullmatch(stamp) else None
        if "ts" not in said and "type" not in said:
            yield rejected(self._file, row, NO_MESSAGE)
            return
        if said.get("type", "message") != "message" or (kind not in _SAID and kind != _HUDDLE):
            return
        author, name, machine = self._author(said)
        if reason := NO_DATE if at is None else NO_AUTHOR if not author else "":
            yield rejected(self._file, row, reason)
            return
        thread = as_text(said.get("thread_ts"))
        thread = thread if _TS.fullmatch(thread) else ""
        text = as_text(said.get("text")) or (
            as_text(_object(said.get("comment")).get("comment")) if kind == "file_comment" else ""
        )
        others = self._others(author, thread, text, said)
        key = self._room.id if self._room.private or not thread else f"{self._room.id}/{thread}"
        talk = self._talk(key, author, name, others)
        origin, own_id = self._file.origin(row), f"{self._room.id}/{stamp}"
        if kind == _HUDDLE:
            room = _object(said.get("room"))
            begun, ended = moment(room.get("date_start")), moment(room.get("date_end"))
            lasted = ended - begun if begun and ended else 0
            yield talk.calls(author, at or 0, origin, duration=lasted, own_id=own_id)
            return
        yield talk.says(author, at or 0, _words(text), origin, own_id=own_id, bulk="bot" if machine else "")

    def _author(self, said: Mapping[str, Any]) -> tuple[str, str, bool]:
        """Return handle and name of who wrote a message, and whether that is a machine."""
        comment, bot = _object(said.get("comment")), _id(said.get("bot_id"))
        user = _id(said.get("user")) or _id(comment.get("user"))
        known = self._learned.names.get(user, "")
        told = known or _name(_object(said.get("user_profile")))
        if user and said.get("subtype") != "bot_message":
            machine = user in self._learned.machines or (bool(bot) and not known and "bot_profile" in said)
            return f"slack:{user}", told, machine
        name = as_text(said.get("username")) or as_text(_object(said.get("bot_profile")).get("name"))
        who = user or bot
        return (f"slack:{who}" if who else handles.bare_name(clean(name), CHANNEL) or ""), told or name, True

    def _others(self, author: str, thread: str, text: str, said: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the handles of those whom a message is for."""
        room = self._room
        found = dict.fromkeys(f"slack:{user}" for user in _MENTION.findall(text)[:_MOST_MENTIONED])
        if thread:
            writers = self._learned.threads.setdefault((room.id, thread), {})
            if len(self._learned.threads) > _MOST_THREADS:
                del self._learned.threads[next(iter(self._learned.threads))]
            replied = said.get("reply_users")
            listed = (
                [*replied[:_MOST_MENTIONED], said.get("parent_user_id")]
                if isinstance(replied, list)
                else [said.get("parent_user_id")]
            )
            writers.update((f"slack:{user}", None) for one in listed if (user := _id(one)))
            if len(writers) < _MOST_MENTIONED:
                writers[author] = None
            found |= writers
        if room.private or 0 < len(room.members) <= _SMALL:
            found |= dict.fromkeys(f"slack:{user}" for user in room.members)
        found.pop(author, None)
        return tuple(found)

    def _find_talk(self, key: str, author: str, name: str, others: tuple[str, ...]) -> Conversation:
        names = {handle: self._learned.names.get(handle.removeprefix("slack:"), "") for handle in others}
        return Conversation(
            CHANNEL,
            key,
            {author: handles.clean_name(clean(name)), **names},
            reader=SlackSource.reader,
            options=self._options,
            title=handles.clean_name(clean(self._room.title)),
            size=len(self._room.members),
        )


def _card(file: File, row: int, said: Mapping[str, Any], learned: _Learned, options: ReadOptions) -> Iterator[Extract]:
    """Yield what a profile says; nothing for a machine's."""
    user, profile = _id(said.get("id")), _object(said.get("profile"))
    if not user:
        yield rejected(file, row, NO_PROFILE, "cards")
        return
    if user in learned.machines:
        return
    mail = handles.email(clean(as_text(profile.get("email"))))
    number = handles.number(clean(as_text(profile.get("phone"))), options.region)
    changed = moment(said.get("updated"))
    yield Extract(
        cards=[
            Card(
                f"slack:{user}",
                NO_TIME if changed is None else changed,
                file.origin(row),
                name=learned.names.get(user, ""),
                handles=tuple(handle for handle in (mail, number) if handle),
                title=handles.clean_name(clean(as_text(profile.get("title")))),
            )
        ]
    )


def _name(said: Mapping[str, Any]) -> str:
    """Return the name of an account or a profile: the real one, else the one that is shown."""
    profile = _object(said.get("profile"))
    told = (
        profile.get("real_name"),
        said.get("real_name"),
        profile.get("display_name"),
        said.get("display_name"),
        said.get("name"),
    )
    return handles.clean_name(clean(next((name for one in told if (name := as_text(one).strip())), "")))


def _words(text: str) -> str:
    """Return a text without Slack's marks: people mentioned left out, addresses and channels by what is shown of them."""
    words = _MARK.sub(_shown, text)
    for written, meant in _REFERENCES:
        words = words.replace(written, meant)
    return words


def _shown(found: re.Match[str]) -> str:
    return "" if found[1] in ("@", "!") else found[3] or ("" if found[1] == "#" else found[2])


def _id(value: object) -> str:
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
