"""A mailbox that speaks the Gmail API: lists in pages, a history that is forgotten, labels, limits."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from tests.accounts.api_server import Asked, House, Said, said, serving

from weakties.accounts.oauth import GOOGLE, Client, Grant, Provider

USER = "ana@home.example"
SCOPE = "https://www.googleapis.com/auth/gmail.readonly"


def error(status: int, reason: str, **headers: str) -> Said:
    """Return what Google says when it says no."""
    told = {"code": status, "message": "No, ana.", "errors": [{"domain": "global", "reason": reason}]}
    return said(status, {"error": told}, **headers)


class Gmail:
    """page: how much is listed at once; says: what is answered instead, by the beginning of a path, one after the other."""

    def __init__(self) -> None:
        self.house = House(SCOPE)
        self.page = 3
        self.url = ""
        self.address = USER
        self.messages: dict[str, tuple[set[str], bytes]] = {}
        self.history: list[dict[str, Any]] = []
        self.now = 1_000
        self.remembers = 0
        self.fetched: list[str] = []
        self.says: list[tuple[str, Said]] = []
        self.meanwhile: Callable[[Asked], None] = lambda asked: None

    @property
    def provider(self) -> Provider:
        own = {"authorise": f"{self.url}/authorize", "token": f"{self.url}/token"}
        return replace(GOOGLE, lasting=" In testing, seven days.", **own)  # type: ignore[arg-type]

    def grant(self) -> str:
        """Return a grant as it is kept."""
        return Grant(Client("client-of-ana", "secret-of-the-client"), self.house.grant()).text()

    def put(self, raw: bytes, *labels: str, at: int = 0) -> str:
        """Let a message come in. at: how many days after the first it came."""
        self.now += 1
        name = f"{(1_700_000_000_000 + at * 86_400_000 << 20) + self.now:016x}"
        self.messages[name] = (set(labels or ("INBOX",)), raw)
        self._note("messagesAdded", name)
        return name

    def move(self, name: str, *, gains: tuple[str, ...] = (), loses: tuple[str, ...] = ()) -> None:
        """Change the labels of a message."""
        self.now += 1
        labels = self.messages[name][0]
        labels.update(gains)
        labels.difference_update(loses)
        for kind, moved in (("labelsAdded", gains), ("labelsRemoved", loses)):
            if moved:
                self._note(kind, name, labelIds=list(moved))

    def delete(self, name: str) -> None:
        """Take a message away for ever."""
        self.now += 1
        self._note("messagesDeleted", name)
        del self.messages[name]

    def forget(self) -> None:
        """Forget the history up to now."""
        self.remembers = self.now + 1
        self.now += 10

    def _note(self, kind: str, name: str, **further: Any) -> None:
        told = {"id": name, "threadId": name, "labelIds": sorted(self.messages[name][0])}
        self.history.append({"id": str(self.now), kind: [{"message": told, **further}]})

    def answer(self, asked: Asked) -> Said:
        if not asked.path.startswith("/gmail"):
            return self.house.answer(asked)
        if not self.house.lets_in(asked):
            return error(401, "authError")
        path = asked.path.removeprefix("/gmail/v1/users/me")
        self.meanwhile(asked)
        for number, (begin, instead) in enumerate(self.says):
            if path.startswith(begin):
                del self.says[number]
                return instead
        match path.split("/")[1:]:
            case ["profile"]:
                total = len(self.messages)
                return said(200, {"emailAddress": self.address, "messagesTotal": total, "historyId": str(self.now)})
            case ["messages"]:
                return self._list(asked)
            case ["messages", name]:
                return self._get(name)
            case ["history"]:
                return self._changes(asked)
        return error(404, "notFound")

    def _list(self, asked: Asked) -> Said:
        label = asked.query.get("labelIds")
        there = [
            name
            for name, (labels, _) in sorted(self.messages.items(), reverse=True)
            if (label in labels if label else not labels & {"SPAM", "TRASH"})
        ]
        return self._paged(asked, "messages", [{"id": name, "threadId": name} for name in there])

    def _changes(self, asked: Asked) -> Said:
        begin = int(asked.query["startHistoryId"])
        if begin < self.remembers:
            return error(404, "notFound")
        new = [record for record in self.history if int(record["id"]) > begin]
        return self._paged(asked, "history", new, historyId=str(self.now))

    def _paged(self, asked: Asked, name: str, there: list[Any], **further: Any) -> Said:
        begin = int(asked.query.get("pageToken", "0"))
        page = there[begin : begin + min(self.page, int(asked.query["maxResults"]))]
        more = {"nextPageToken": str(begin + self.page)} if begin + self.page < len(there) else {}
        # An empty list is left out, as Google does.
        return said(200, {**({name: page} if page else {}), **more, **further})

    def _get(self, name: str) -> Said:
        if name not in self.messages:
            return error(404, "notFound")
        self.fetched.append(name)
        labels, raw = self.messages[name]
        told = {"id": name, "threadId": name, "labelIds": sorted(labels), "sizeEstimate": len(raw)}
        return said(200, {**told, "raw": urlsafe_b64encode(raw).decode()})


@contextmanager
def gmail() -> Iterator[Gmail]:
    """Run the server and yield it."""
    server = Gmail()
    with serving(server.answer) as url:
        server.url = url
        yield server
