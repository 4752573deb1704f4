"""The messages and invitations of a LinkedIn export.

Each row names its author and those it was for, with the addresses of their profiles in newer exports, by name alone in older ones.
Whose export it is, no row says; but one profile takes part in every message, and an invitation says which side is the owner's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from weakties.facts import handles
from weakties.facts.model import Extract, Link, Origin, Rejected, event_id
from weakties.sources import ReadOptions
from weakties.sources.chat import Conversation
from weakties.sources.markup import html_to_text
from weakties.sources.table_dates import moment

CHANNEL = PLACE = "linkedin"

NO_DATE = "no date that can be read: the message names no moment between 1971 and 2100"
NO_AUTHOR = "no author: LinkedIn does not say who wrote this message"
NO_INVITED = "nobody is named: the invitation does not say who invited whom"

# Whom LinkedIn names so has closed the account: each of them is somebody else.
_GONE = frozenset(
    """linkedin member; linkedin-mitglied; membre de linkedin; membre linkedin; miembro de linkedin; usuario de linkedin;
    usuário do linkedin; membro do linkedin; membro di linkedin; utente linkedin; linkedin-lid""".replace(
        "\n    ", " "
    ).split("; ")
)
# What the editor for campaigns writes at the beginning, and the titles and senders of what is paid for.
_CAMPAIGN = "spinmail"
_PAID = frozenset({"sponsored conversation", "sponsored message", "sponsored inmail", "linkedin offer"})
_PAID_BY = frozenset(
    {"linkedin", "linkedin talent solutions", "linkedin marketing solutions", "linkedin premium", "linkedin news"}
)
_YES = frozenset({"yes", "true", "ja", "oui", "si", "sí", "sim", "1"})
_OUTGOING = frozenset(
    {"outgoing", "sent", "gesendet", "ausgehend", "envoyee", "envoyée", "saliente", "enviada", "enviado", "inviata"}
)
_MARKUP = re.compile(r"</?(?:p|br|div|span|a|strong|em|ul|li)\b", re.IGNORECASE)
# What stands behind a name and is none: "Jane Doe, Ph.D."
_TITLE = re.compile(r"[A-Z]{2,6}|.*\..*|MBA|CFA|jr|sr|[ivx]{2,4}", re.IGNORECASE)
_LONGEST_PEOPLE = 100_000
# A profile is the owner's when it takes part in so many messages, and in so large a share of them.
_ENOUGH = 4
_ALL = 0.95
_MOST = 0.5


class Owner:
    """What the rows read so far say of whose export this is. name: as the owner's profile has it, empty until that was read."""

    def __init__(self) -> None:
        self.name = ""
        self.origin: Origin | None = None
        self.row: Origin | None = None
        self.sure = ""
        self._rows = 0
        self._takes: Counter[str] = Counter()
        self._names: dict[str, str] = {}

    def saw(self, people: Mapping[str, str], origin: Origin) -> None:
        """Take note of who took part in a message. people: handle -> name as written."""
        self._rows += 1
        self.row = self.row or origin
        self._takes.update(people.keys())
        for handle, name in people.items():
            if name and handle not in self._names:
                self._names[handle] = name

    def handles(self) -> tuple[str, ...]:
        """Return the handles that are the owner's by all that was read, none if that does not tell."""
        named = self._named()
        found = [self.sure] if self.sure else [h for h in self._likeliest(named) if not h.startswith("name:")]
        # In older exports the owner is named without an address where others write to her.
        return tuple(dict.fromkeys([*found, *(h for h in named if h.startswith("name:"))]))

    def _named(self) -> list[str]:
        """Return the handles that bear the name on the owner's profile."""
        called = _folded(self.name)
        return [h for h, name in self._names.items() if _folded(name) == called] if called else []

    def _likeliest(self, named: list[str]) -> list[str]:
        by_name = sorted((h for h in named if not h.startswith("name:")), key=lambda h: -self._takes[h])
        if by_name:
            # Two of one name: whoever takes part in most is the owner, unless that is not clear.
            rest = self._takes[by_name[1]] if len(by_name) > 1 else 0
            return by_name[:1] if self._takes[by_name[0]] > 2 * rest else []
        if self.name:
            return []
        (first, times), (_, second) = (*self._takes.most_common(2), ("", 0), ("", 0))[:2]
        clear = times >= _ENOUGH and times >= _ALL * self._rows and second <= _MOST * self._rows
        return [first] if clear else []


@lru_cache(maxsize=16_384)
def _folded(name: str) -> str:
    return " ".join(handles.clean_name(name).casefold().split())


class Messages:
    """The rows of messages. Rows of one conversation stand together, so that one conversation at a time is held."""

    def __init__(self, owner: Owner, options: ReadOptions, reader: int) -> None:
        self._owner, self._options, self._reader = owner, options, reader
        self._talk: Conversation | None = None
        self._talk_key: tuple[object, ...] = ()

    def says(self, row: Mapping[str, str], origin: Origin) -> Extract:
        """Return what a message says. row: column -> cell."""
        conversation = row["conversationid"]
        author = _author(row, conversation)
        if author is None:
            return Extract(rejected=[Rejected(origin, NO_AUTHOR)])
        at = moment(row["date"])
        if at is None:
            return Extract(rejected=[Rejected(origin, NO_DATE)])
        folder, bulk = _folder(row), _bulk(row)
        members = {author[0]: author[1]}
        for handle, name in recipients(row["to"], row["recipientprofileurls"], conversation):
            members.setdefault(handle, name)
        if not bulk and folder != "draft":
            self._owner.saw(members, origin)
        talk = self._conversation(row, conversation, members)
        text = row["content"]
        words = html_to_text(text) if "<" in text and _MARKUP.search(text) else text
        # The same in the export of a month later, whatever people call themselves and their profiles by then.
        own_id = f"{conversation}\x00{at}\x00{' '.join(words.split())[:2_000]}" if conversation else ""
        return talk.says(author[0], at, words, origin, own_id=own_id, folder=folder, bulk=bulk)

    def _conversation(self, row: Mapping[str, str], conversation: str, members: dict[str, str]) -> Conversation:
        title = row["subject"] or (row["conversationtitle"] if len(members) > 2 else "")
        key = (conversation, title, *members.items())
        if self._talk is None or key != self._talk_key:
            known = conversation or " ".join(sorted(members))
            self._talk = Conversation(CHANNEL, known, members, reader=self._reader, options=self._options, title=title)
            self._talk_key = key
        return self._talk


def _author(row: Mapping[str, str], conversation: str) -> tuple[str, str] | None:
    """Return handle and name of who wrote a message."""
    return person(row["senderprofileurl"], row["from"], conversation)


# The same few people write and are written to, row after row.
_profile = lru_cache(maxsize=16_384)(handles.profile)


def person(address: str, name: str, conversation: str = "") -> tuple[str, str] | None:
    """Return handle and name of somebody by the address of a profile, else by name; None where there is neither."""
    shown = handles.clean_name(name)
    if address and (handle := _profile(address)) is not None:
        return handle, shown
    place = PLACE
    if shown.casefold() in _GONE:
        place = f"{PLACE}-{event_id('gone', conversation)[:8]}"
    named = handles.bare_name(shown, place)
    return (named, shown) if named else None


@lru_cache(maxsize=1_024)
def recipients(names: str, addresses: str, conversation: str) -> tuple[tuple[str, str], ...]:
    """Return handle and name of each whom a message was for. names, addresses: joined by commas, as the export has them."""
    names, urls = (
        names[:_LONGEST_PEOPLE],
        [url.strip() for url in addresses[:_LONGEST_PEOPLE].split(",") if url.strip()],
    )
    called = [name.strip() for name in names.split(",") if name.strip()]
    if not urls:
        found = [person("", name, conversation) for name in _whole(called)]
        return tuple(one for one in found if one is not None)
    if len(urls) == 1:
        called = [names]
    elif len(called) != len(urls):
        # A name may hold a comma itself; what cannot be told apart is told of nobody.
        called = whole if len(whole := _whole(called)) == len(urls) else [""] * len(urls)
    found = [person(url, name, conversation) for url, name in zip(urls, called, strict=True)]
    return tuple(one for one in found if one is not None)


def _whole(parts: list[str]) -> list[str]:
    """Return names in one piece that a comma had parted: `Jane Doe`, `Ph.D.`"""
    whole: list[str] = []
    for part in parts:
        if whole and _TITLE.fullmatch(part[:40]):
            whole[-1] += f", {part}"
        else:
            whole.append(part)
    return whole


def _folder(row: Mapping[str, str]) -> str:
    """Return the folder. What LinkedIn calls the inbox holds what the owner wrote as well, so it says nothing."""
    if row["ismessagedraft"].casefold() in _YES:
        return "draft"
    folder = row["folder"].casefold()
    if folder in {"draft", "drafts"}:
        return "draft"
    return folder if folder in {"spam", "archive", "sent", "trash"} else ""


def _bulk(row: Mapping[str, str]) -> str:
    """Return what tells a paid message to many from one that somebody wrote to somebody."""
    paid = (
        row["conversationtitle"].casefold() in _PAID
        or (not row["senderprofileurl"] and row["from"].casefold() in _PAID_BY)
        or (not row["senderprofileurl"] and _CAMPAIGN in row["content"][:200])
    )
    words = ["newsletter"] if paid else []
    if row["folder"].casefold() == "spam":
        words.append("spam")
    return " ".join(words)


def invitation(row: Mapping[str, str], origin: Origin, owner: Owner, options: ReadOptions, reader: int) -> Extract:
    """Return what an invitation says: that one follows the other, and with a message of its own an event as well."""
    outgoing = row["direction"].casefold() in _OUTGOING
    mine, theirs = ("from", "to") if outgoing else ("to", "from")
    address = {"from": row["inviterprofileurl"], "to": row["inviteeprofileurl"]}
    other = person(address[theirs], row[theirs], row["sentat"])
    at = moment(row["sentat"])
    if other is None or at is None:
        return Extract(rejected=[Rejected(origin, NO_INVITED if other is None else NO_DATE, "links")])
    if own := _profile(address[mine]):
        owner.sure, owner.row = own, owner.row or origin
    a, b = (options.me, other[0]) if outgoing else (other[0], options.me)
    link = Link("follows", a, b, at, origin)
    if not row["message"]:
        return Extract(links=[link])
    members = {options.me: handles.clean_name(row[mine]), other[0]: other[1]}
    talk = Conversation(CHANNEL, f"invitation {other[0]}", members, reader=reader, options=options)
    # By name if that is all there is, by the address else: neither the words nor the day of an invitation ever change.
    extract = talk.says(a, at, row["message"], origin, own_id=f"invitation\x00{other[0]}\x00{at}\x00{outgoing}")
    extract.links.append(link)
    return extract
