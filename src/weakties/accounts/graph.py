"""Mail over Microsoft Graph: every folder once, then what has come into it since, never changing anything there.

Graph tells of changes folder by folder, each time with a link behind which it goes on; nothing of such a link is ours to read,
but that it leads to Graph. Junk, bin, drafts and what is on its way out are left out, with all that lies in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import msgspec

from weakties.accounts import Part
from weakties.accounts.api import (
    MISSING,
    Api,
    ApiAccount,
    Message,
    Messages,
    again,
    below,
    mark,
    objects_in,
    read,
    reasons,
    same_mailbox,
)
from weakties.accounts.oauth import Provider, microsoft, number_in, object_in, text_in, unreadable
from weakties.errors import AccountError
from weakties.facts.accounts import Account
from weakties.facts.model import Extract, Origin
from weakties.sources import ReadOptions
from weakties.sources import mail as reader
from weakties.sources.crew import Crew
from weakties.sources.mail import Batch, extract_batch
from weakties.sources.streams import Limits

API = "https://graph.microsoft.com/v1.0"
# Folders by the names that they have in every language.
_OUT = ("junkemail", "deleteditems", "drafts", "outbox", "conversationhistory", "syncissues", "searchfolders")
_SENT, _INBOX = "sentitems", "inbox"
_FIELDS = "$top=100&$select=id,displayName,childFolderCount,totalItemCount"
_WANTED = {"Prefer": "odata.maxpagesize=500"}
_MOST_PAGES = 20_000
_MOST_FOLDERS = 2_000
_DEEPEST = 50
_MOST_MISSING = 50
# A link is some hundred characters, and every import holds one for each folder.
_LONGEST_LINK = 4_000
_LONGEST = Limits().message + 1024
_ID = re.compile(r"[A-Za-z0-9_=+/-]{1,500}")
_EXPIRED = {"SyncStateNotFound", "syncStateNotFound", "SyncStateInvalid", "syncStateInvalid", "resyncRequired"}


class State(msgspec.Struct, omit_defaults=True):
    """How far a folder is read. link: behind which Graph goes on; new: whether that is a round of what is new, the folder having
    been read to its end; begun: how many messages were read of the page behind the link; upto: a mark of those; count: messages
    that were told of; missing: those of them that were not given."""

    link: str = ""
    new: bool = False
    begun: int = 0
    upto: str = ""
    count: int = 0
    missing: list[str] = []


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder on the server. name: with those of the folders around it; size: how much is in it."""

    id: str
    name: str
    size: int
    place: str


class GraphAccount(ApiAccount):
    """A mailbox at Outlook.com or Microsoft 365. settings: `user`, `tenant`."""

    kind = "microsoft"
    reader = reader.READER
    base = API

    def provider(self, account: Account) -> Provider:
        """Return who grants access."""
        return microsoft(account.settings.get("tenant") or "common")

    def check(self, account: Account, secret: str) -> str:
        """Sign in and count; see `Live.check`."""
        with closing(self.signed_in(account, secret)) as api:
            names, user = _whose(api)[1:], account.settings["user"]
            same_mailbox(user, names, lambda address: address.strip().lower())
            folders = _folders(api)
            total = sum(one.size for one in folders)
            what = "message" if total == 1 else "messages"
            return f"{total:,} {what} in {len(folders)} folders of {user} at Microsoft."

    def parts(self, account: Account, secret: str, cursor: Mapping[str, Any], options: ReadOptions) -> Iterator[Part]:
        """Yield what is new; see `Live.parts`."""
        with closing(self.signed_in(account, secret)) as api, Crew(extract_batch) as crew:
            who = mark(_whose(api)[0])
            known = cursor.get("folders", {}) if cursor.get("who") == who else {}
            folders = _folders(api)
            states = {key: msgspec.convert(known.get(key, {}), State) for key in (mark(one.id) for one in folders)}
            quiet: list[_Reading] = []
            for folder in sorted(folders, key=lambda one: _turn(one, states[mark(one.id)])):
                reading = _Reading(api, crew, folder, states[mark(folder.id)], options)
                for extracts in reading.extracts():
                    # Newer links of folders in which nothing came are kept where an import is made anyway, never for themselves.
                    for other in quiet:
                        other.renew()
                    yield Part(extracts, _cursor(who, states), {folder.name: reading.counts()})
                quiet.append(reading)
                yield Part([], _cursor(who, states), {folder.name: reading.counts()})


class _Reading:
    """One folder being read; its state says how far at every moment."""

    def __init__(
        self, api: Api, crew: Crew[Batch, list[Extract]], folder: _Folder, state: State, options: ReadOptions
    ) -> None:
        self._api = api
        self._crew = crew
        self._folder = folder
        self._state = state
        self._options = options
        self._at = state.link
        place = "sent" if folder.place == _SENT else ""
        self._messages = Messages(api, _LONGEST, lambda answer: (place, answer.body))

    def counts(self) -> tuple[int, int]:
        """Return how many messages the server has, and how many of them are here."""
        # What was moved away or deleted is told of by nobody.
        here = max(self._state.count - len(self._state.missing), 0)
        return self._folder.size, min(here, self._folder.size)

    def extracts(self) -> Iterator[list[Extract]]:
        """Yield what is new in lists; with each, the state has gone on. Raises AccountError."""
        state = self._state
        for extracts, left in again(state.missing, self._read):
            state.missing = left
            yield extracts
        self._messages.forgive()
        if not state.link and not self._folder.size:
            # A link for each folder that has always been empty would only make the cursor long.
            return
        for _ in range(_MOST_PAGES):
            told = self._page()
            if told is None:
                # The folder is not there any more.
                return
            following, last = self._links(told)
            yield from self._new(told, following, last=last)
            self._at = following
            if last:
                break
        else:
            raise unreadable(self._api.host)
        if not state.new:
            self._go_on(following, new=True)

    def renew(self) -> None:
        """Go on from the newest link next time."""
        if self._state.new:
            self._go_on(self._at, new=True)

    def _page(self) -> dict[str, Any] | None:
        """Return what is behind the link, from the folder's start where Graph does not know it any more."""
        state = self._state
        begin = f"/me/mailFolders/{quote(self._folder.id, safe='')}/messages/delta?changeType=created&$select=id"
        answer = self._api.asked(self._at or begin, _WANTED)
        if self._at and (answer.status == 410 or reasons(answer) & _EXPIRED):
            state.link, state.new, state.begun, state.upto, state.count, state.missing = "", False, 0, "", 0, []
            answer = self._api.asked(begin, _WANTED)
        if answer.status == 404 and reasons(answer) & {"ErrorItemNotFound", "ErrorFolderNotFound"}:
            return None
        if answer.status != 200:
            raise self._api.refused(answer)
        return object_in(answer)

    def _links(self, told: Mapping[str, Any]) -> tuple[str, bool]:
        """Return where it goes on, and whether that is for the next sync."""
        following, last = text_in(told, "@odata.nextLink"), text_in(told, "@odata.deltaLink")
        found = below(self._api.base, following or last)
        if not found or not found.isprintable() or len(found) > _LONGEST_LINK:
            raise unreadable(self._api.host)
        return found, not following

    def _new(self, told: Mapping[str, Any], following: str, *, last: bool) -> Iterator[list[Extract]]:
        """Yield what the messages of a page say, and go on to the following one."""
        state = self._state
        ids = [text_in(one, "id") for one in objects_in(told, "value") if "@removed" not in one]
        if not all(map(_ID.fullmatch, ids)):
            raise unreadable(self._api.host)
        ids = list(dict.fromkeys(ids))
        # Cut off in the middle of a page, it is taken up there, if the page still begins in the same way.
        done = state.begun if state.upto == mark(" ".join(ids[: state.begun])) else 0
        if ids:
            # What is read once more counts once.
            state.count, state.begun = state.count - state.begun + done, done
        for extracts, got in self._read(ids[done:]):
            done += len(got)
            state.count += len(got)
            state.begun, state.upto = done, mark(" ".join(ids[:done]))
            state.missing = sorted({*state.missing, *(one.id for one in got if one.what == MISSING)})
            if len(state.missing) > _MOST_MISSING:
                raise AccountError(
                    f"{self._api.host} lists many messages and does not give them.", hint="Sync again later."
                )
            if done == len(ids):
                self._go_on(following, new=last)
            yield extracts

    def _go_on(self, following: str, *, new: bool) -> None:
        state = self._state
        state.link, state.begun, state.upto, state.new = following, 0, "", state.new or new
        self._at = following

    def _read(self, ids: list[str]) -> Iterator[tuple[list[Extract], list[Message]]]:
        name = self._folder.name
        wanted = ((one, f"/me/messages/{quote(one, safe='')}/$value", Origin(f"{name}/{one}", 0)) for one in ids)
        return read(self._crew, self._messages.all(wanted), self._options)


def _folders(api: Api) -> list[_Folder]:
    """Return the folders to read."""
    out = {_well_known(api, name) for name in _OUT}
    places = {_well_known(api, name): name for name in (_SENT, _INBOX)}
    found: list[_Folder] = []
    waiting = [("/me/mailFolders", "", 0)]
    while waiting:
        path, around, depth = waiting.pop()
        for told in _listed(api, f"{path}?{_FIELDS}"):
            name, known = text_in(told, "displayName"), text_in(told, "id")
            if not _ID.fullmatch(known) or len(found) >= _MOST_FOLDERS or depth > _DEEPEST:
                raise unreadable(api.host)
            if known in out or text_in(told, "@odata.type").endswith("SearchFolder"):
                continue
            whole = f"{around}/{name}" if around else name
            found.append(_Folder(known, whole[:500], max(number_in(told, "totalItemCount"), 0), places.get(known, "")))
            if number_in(told, "childFolderCount") > 0:
                waiting.append((f"/me/mailFolders/{quote(known, safe='')}/childFolders", whole, depth + 1))
    return found


def _listed(api: Api, path: str) -> Iterator[dict[str, Any]]:
    for _ in range(_MOST_FOLDERS):
        told = api.told(path)
        yield from objects_in(told, "value")
        following = text_in(told, "@odata.nextLink")
        if not following:
            return
        if not (path := below(api.base, following)):
            raise unreadable(api.host)
    raise unreadable(api.host)


def _well_known(api: Api, name: str) -> str:
    """Return the id of a folder by the name that it has in every language, empty where there is none."""
    answer = api.asked(f"/me/mailFolders/{name}?$select=id")
    if answer.status in (400, 404) and not reasons(answer) & {"MailboxNotEnabledForRESTAPI"}:
        return ""
    if answer.status != 200:
        raise api.refused(answer)
    return text_in(object_in(answer), "id")


def _turn(folder: _Folder, state: State) -> tuple[int, str, str]:
    """Return what folders are sorted by: the inbox is read first of all, and is last when all that it held is here."""
    return (2 if state.new else 0) if folder.place == _INBOX else 1, folder.name, folder.id


def _whose(api: Api) -> list[str]:
    """Return the id of who signed in, then the addresses."""
    told = api.told("/me?$select=id,mail,userPrincipalName")
    addresses = [said.lower() for name in ("mail", "userPrincipalName") if (said := text_in(told, name))]
    return [text_in(told, "id"), *addresses]


def _cursor(who: str, states: Mapping[str, State]) -> dict[str, Any]:
    return {"who": who, "folders": {key: told for key, state in states.items() if (told := msgspec.to_builtins(state))}}
