"""Facebook and Instagram: what *Download your information* packs, as JSON, in the layouts of all years.

Both write a folder for each conversation with `message_1.json`, `message_2.json` ..., newest first, the title and the place
behind the messages; so all files are gone through once to learn who belongs to what. Their text is UTF-8 that was taken for
Latin-1 and is put right text by text, for some texts are right already. People are told by name alone. Whose account it is, the
profile says; else it is who takes part in every conversation.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from weakties.facts import handles
from weakties.facts.model import NO_TIME, Card, Extract, Link, LinkKind
from weakties.sources import ReadOptions
from weakties.sources.chat import NO_AUTHOR, NO_DATE, Conversation, clean, moment
from weakties.sources.files import File, rejected
from weakties.sources.json_stream import ITEM, OPENED, Damaged, values
from weakties.sources.twice import TwiceRead

NO_NAME = "no name: the record does not say whom it is about"
NOT_JSON = "this is the export for looking at: order it again and choose JSON instead of HTML as its format"

_HTML = re.compile(r"(?:message_\d{1,4}|your_friends|friends|followers(?:_\d{1,4})?|following)\.html?$")
_MESSAGES = re.compile(r'"sender_name"\s*:|"senderName"\s*:')
_TIMES = re.compile(r'"timestamp(?:_ms)?"\s*:')
_FRIENDS = re.compile(r'"friends(?:_v2)?"\s*:\s*\[')
_FOLLOWERS, _FOLLOWING = re.compile(r"followers(?:_\d{1,4})?\.json$"), re.compile(r"following(?:_\d{1,4})?\.json$")
_PROFILE = re.compile(r'"profile(?:_v2|_user|)"\s*:')
_KINDS = ("messages", "friends", "followers", "following", "profile")
_INTO = {
    "messages": frozenset([(), ("messages",), ("participants",)]),
    "friends": frozenset([(), ("friends",), ("friends_v2",)]),
    "followers": frozenset([(), ("relationships_followers",)]),
    "following": frozenset([(), ("relationships_following",)]),
    "profile": frozenset([(), ("profile_user",)]),
}
# Who joined, left or renamed the group; a reaction, which is told as a message.
_NO_MESSAGES = frozenset(["Subscribe", "Unsubscribe"])
_REACTION = re.compile(r"(?:Reacted .{1,16} to your message|Liked a message)\s*$")
# How an account that is gone is called: everybody's, so it is nobody's name.
_GONE = frozenset(["facebook user", "instagram user", "instagrammer", "facebook-nutzer", "utilisateur de facebook", ""])
# Instagram's field for the account's name.
_USERNAMES = frozenset(
    [
        "Username",
        "Benutzername",
        "Nom d’utilisateur",
        "Nombre de usuario",
        "Nome utente",
        "Nome de usuário",
        "Gebruikersnaam",
    ]
)
_MOST_PEOPLE = 5_000


@dataclass(slots=True)
class _Thread:
    """What is learned of one conversation, over all of its files. people: those it lists and those who wrote."""

    title: str = ""
    listed: int = 0
    people: dict[str, None] = field(default_factory=dict)
    grouped: bool = False


@dataclass(slots=True)
class _Learned:
    """What the first way has shown. keys: of the conversation in each file, in order; owner: the own name, empty if unknown."""

    keys: list[str] = field(default_factory=list)
    threads: dict[str, _Thread] = field(default_factory=dict)
    owner: str = ""


class _MetaSource(TwiceRead[_Learned]):
    """What the two have in common."""

    reader = 1
    suffixes = ()

    def claims(self, file: File) -> bool:
        """Tell whether a file is one of those that are read, in this network's export."""
        return _network(file) == self.name and (_kind(file) != "" or _is_page(file))

    def learn(self, files: Iterator[File], path: Path) -> _Learned:  # noqa: ARG002  the path tells nothing more
        """Return who belongs to each conversation, and whose account it is."""
        learned = _Learned()
        for file in files:
            learned.keys.append("")
            kind = _kind(file)
            try:
                if kind == "messages":
                    _learn(file, learned)
                elif kind == "profile":
                    learned.owner = _profile(file)[0] or learned.owner
            except Damaged:
                continue
        if not any(learned.owner in thread.people for thread in learned.threads.values()):
            # The profile may have another name than the conversations were written under.
            learned.owner = _opposite(learned.threads) or _in_all(learned.threads) or learned.owner
        return learned

    def told(self, file: File, number: int, learned: _Learned, options: ReadOptions) -> Iterator[Extract]:
        """Yield what each message, friend and follower says, in order."""
        kind = _kind(file)
        row = 0
        try:
            if not kind:
                yield rejected(file, 0, NOT_JSON)
            elif kind == "profile":
                yield from self._account(file, options)
            elif kind == "messages":
                if number < len(learned.keys):
                    key = learned.keys[number]
                    talk = _Talk(
                        self.name, key, learned.threads.get(key, _Thread()), learned.owner, options, self.reader
                    )
                    for row, said in _records(file, kind):
                        yield from talk.told(file, row, said)
            else:
                for row, said in _records(file, kind):
                    yield self._relation(file, row, kind, said, options.me)
        except Damaged as damage:
            yield rejected(file, row + 1, str(damage), "events" if kind == "messages" else "links")

    def _account(self, file: File, options: ReadOptions) -> Iterator[Extract]:
        name, found = _profile(file)
        own = [handle for text in found if (handle := handles.email(text) or handles.profile(text))]
        own += [handle for text in found if text.startswith("+") and (handle := handles.number(text, options.region))]
        if bare := handles.bare_name(name, self.name):
            own.append(bare)
        if own:
            card = Card(
                options.me, NO_TIME, file.origin(1), name=handles.clean_name(name), handles=tuple(dict.fromkeys(own))
            )
            yield Extract(cards=[card])

    def _relation(self, file: File, row: int, kind: str, said: Mapping[str, Any], me: str) -> Extract:
        other, at = self._friend(said) if kind == "friends" else self._follower(said)
        if not other:
            return rejected(file, row, NO_NAME, "links")
        a, b = (other, me) if kind == "followers" else (me, other)
        relation: LinkKind = "connected" if kind == "friends" else "follows"
        return Extract(links=[Link(relation, a, b, NO_TIME if at is None else at, file.origin(row))])

    def _friend(self, said: Mapping[str, Any]) -> tuple[str, int | None]:
        return handles.bare_name(_right(said.get("name")), self.name) or "", moment(said.get("timestamp"))

    def _follower(self, said: Mapping[str, Any]) -> tuple[str, int | None]:
        told = said.get("string_list_data")
        first = next((entry for entry in told if isinstance(entry, dict)), {}) if isinstance(told, list) else {}
        name = (_right(first.get("value")) or _right(said.get("title"))).strip().lower()
        known = handles.profile(_right(first.get("href"))) or (
            f"{self.name}:{name}" if name and " " not in name else ""
        )
        return known, moment(first.get("timestamp"))


class FacebookSource(_MetaSource):
    """Messenger's conversations and the friends of a Facebook export in JSON; see docs/how-to/social-networks.md."""

    name = "facebook"


class InstagramSource(_MetaSource):
    """Conversations, followers and following of an Instagram export in JSON; see docs/how-to/social-networks.md."""

    name = "instagram"


class _Talk:
    """One conversation's file as it is read the second time."""

    def __init__(self, place: str, key: str, thread: _Thread, owner: str, options: ReadOptions, reader: int) -> None:
        self._place, self._key, self._owner, self._me = place, key, owner, options.me
        members = {self._handle(name): "" if name == owner else _shown(name) for name in thread.people}
        if owner:
            members.setdefault(options.me, "")
        members = {handle: name for handle, name in members.items() if handle}
        group = thread.grouped or len(members) > 2
        self._talk = Conversation(
            place, key, members, reader=reader, options=options, title=thread.title if group else "", size=thread.listed
        )

    def _handle(self, name: str) -> str:
        if self._owner and name == self._owner:
            return self._me
        if name.casefold() in _GONE:
            return f"{self._place}:gone/{self._key}"
        return handles.bare_name(name, self._place) or ""

    def told(self, file: File, row: int, said: Mapping[str, Any]) -> Iterator[Extract]:
        """Yield what a message says; nothing of what the network itself says of a group, or of a reaction."""
        words = _right(said.get("content", said.get("text")))
        if said.get("type") in _NO_MESSAGES or (len(words) < 60 and _REACTION.match(words)):
            return
        name = _sender(said)
        at = moment(said.get("timestamp_ms", said.get("timestamp")), units=1000)
        if at is None:
            yield rejected(file, row, NO_DATE)
        elif name is None:
            yield rejected(file, row, NO_AUTHOR)
        elif "call_duration" in said:
            lasted = said["call_duration"]
            seconds = lasted if isinstance(lasted, int) and not isinstance(lasted, bool) else 0
            yield self._talk.calls(
                self._handle(name), at, file.origin(row), duration=seconds, folder="" if seconds > 0 else "missed"
            )
        else:
            gone = said.get("is_unsent") is True or said.get("isUnsent") is True
            yield self._talk.says(self._handle(name), at, "" if gone else words, file.origin(row))


def _learn(file: File, learned: _Learned) -> None:
    """Learn who belongs to the conversation of a file. What is behind its messages is learned with the rest."""
    thread = _Thread()
    key = ""
    try:
        for path, value in values(file.text(), _INTO["messages"]):
            if path == ("participants", ITEM):
                thread.listed += 1
                named = value if isinstance(value, str) else value.get("name") if isinstance(value, dict) else ""
                _add(thread, _name(named))
            elif path == ("messages", ITEM) and isinstance(value, dict):
                _add(thread, _sender(value))
            elif path in (("title",), ("threadName",)):
                thread.title = thread.title or handles.clean_name(_right(value))
            elif path == ("thread_path",):
                key = _right(value).rstrip("/").rpartition("/")[2]
            elif path in (("thread_type",), ("joinable_mode",)):
                thread.grouped = thread.grouped or value == "RegularGroup" or path == ("joinable_mode",)
    finally:
        # A file that is cut off is still one of its conversation: by its folder, which is called alike.
        within = file.name.replace("!", "/").split("/")
        key = key or (within[-2] if len(within) > 1 else "") or thread.title or file.base
        learned.keys[-1] = key
        known = learned.threads.setdefault(key, thread)
        if known is not thread:
            known.people.update(thread.people)
            known.title, known.grouped = known.title or thread.title, known.grouped or thread.grouped
            known.listed = max(known.listed, thread.listed)


def _add(thread: _Thread, name: str | None) -> None:
    if name is not None and len(thread.people) < _MOST_PEOPLE:
        thread.people[name] = None


def _opposite(threads: Mapping[str, _Thread]) -> str:
    """Return who is on this side of the conversations of two, each called as who is on the other; empty if not one and the same."""
    pairs = [thread for thread in threads.values() if len(thread.people) == 2 and thread.title in thread.people]
    found = {name for thread in pairs for name in thread.people if name != thread.title}
    return found.pop() if len(found) == 1 else ""


def _in_all(threads: Mapping[str, _Thread]) -> str:
    """Return the name that takes part in every conversation, if there are several and it is the only such name."""
    seen = Counter(name for thread in threads.values() for name in thread.people)
    found = [name for name, times in seen.items() if times == len(threads)]
    return found[0] if len(threads) > 1 and len(found) == 1 else ""


def _records(file: File, kind: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the records of a file, counted from 1. Raises Damaged where it ends too early."""
    row = 0
    lists = {path for path in _INTO[kind] if path and path != ("participants",)} | {()}
    for path, value in values(file.text(), _INTO[kind]):
        # What should be a list and is none stands for a record that cannot be read.
        if (path[-1:] == (ITEM,) and path[:-1] in lists) or (path in lists and value is not OPENED):
            row += 1
            yield row, value if isinstance(value, dict) else {}


def _profile(file: File) -> tuple[str, list[str]]:
    """Return the owner's name, and every short text of the profile, among them addresses and numbers. Raises Damaged."""
    name, found = "", []
    for path, value in values(file.text(), _INTO["profile"]):
        if path[-1:] == (ITEM,) or path in (("profile_v2",), ("profile",)):
            said = value if isinstance(value, dict) else {}
            # Facebook names its fields; Instagram's are called as the owner's language has them, the name's first among a few.
            called = said.get("name")
            name = name or _right(called.get("full_name") if isinstance(called, dict) else called)
            told = said.get("string_map_data")
            fields = (
                {k: v.get("value") for k, v in told.items() if isinstance(v, dict)} if isinstance(told, dict) else {}
            )
            name = name or next(
                (_right(fields[key]) for key in ("Name", "Nombre", "Nom", "Nome") if fields.get(key)), ""
            )
            user = next((_right(v) for k, v in fields.items() if k in _USERNAMES), "")
            found += [f"https://instagram.com/{user}"] if user else []
            found += [_right(v) for v in fields.values()]
            found += [
                _right(said.get("profile_uri")),
                *_addresses(said.get("emails")),
                *_numbers(said.get("phone_numbers")),
            ]
    return handles.clean_name(name), [text for text in found if text]


def _addresses(told: object) -> list[str]:
    found = told.get("emails") if isinstance(told, dict) else told
    return [_right(entry) for entry in found] if isinstance(found, list) else []


def _numbers(told: object) -> list[str]:
    entries = told if isinstance(told, list) else []
    return [_right(entry.get("phone_number")) for entry in entries if isinstance(entry, dict)]


def _network(file: File) -> str:
    """Return which network's export a file is of, by its place, else by its content."""
    place = file.name.lower() if file.name else "/".join(file.path.parts[-3:]).lower() if file.path else ""
    if "instagram" in place or file.base in _OF_INSTAGRAM or '"string_list_data"' in file.head_text:
        return "instagram"
    return "instagram" if "instagram" in file.head_text and "facebook" not in place else "facebook"


_OF_INSTAGRAM = frozenset(["personal_information.json"])


def _kind(file: File) -> str:
    """Return which of the files that are read this is, empty for none."""
    head = file.head_text
    if not file.base.endswith(".json") or not head.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return ""
    if '"messages"' in head and _MESSAGES.search(head) and _TIMES.search(head):
        return "messages"
    if "friends" in file.base and _FRIENDS.search(head[:400]):
        return "friends"
    if '"string_list_data"' in head or '"relationships_follow' in head:
        return "followers" if _FOLLOWERS.match(file.base) else "following" if _FOLLOWING.match(file.base) else ""
    named = file.base in ("profile_information.json", "personal_information.json")
    return "profile" if named and _PROFILE.search(head[:400]) else ""


def _is_page(file: File) -> bool:
    return bool(_HTML.match(file.base)) and "<html" in file.head_text[:2_000].lower()


def _sender(said: Mapping[str, Any]) -> str | None:
    return _name(said.get("sender_name", said.get("senderName")))


def _name(value: object) -> str | None:
    """Return a name put right, None where there is none at all."""
    return handles.clean_name(_right(value)) if isinstance(value, str) else None


def _shown(name: str) -> str:
    return "" if name.casefold() in _GONE else name


def _right(value: object) -> str:
    """Return a text put right: UTF-8 that was taken for Latin-1 becomes what it was, anything else stays."""
    if not isinstance(value, str):
        return ""
    if value.isascii():
        return clean(value)
    try:
        return clean(value.encode("latin-1").decode("utf-8"))
    except UnicodeError:
        return clean(value)
