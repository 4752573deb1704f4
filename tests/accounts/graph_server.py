"""A mailbox that speaks Microsoft Graph: folders in folders, changes of each behind links that run out, limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.accounts.api_server import CLIENT, Asked, House, Said, said, serving

from weakties.accounts.oauth import Client, Grant, Provider

USER = "ana@home.example"
SCOPE = "https://graph.microsoft.com/Mail.Read https://graph.microsoft.com/User.Read"


def error(status: int, code: str, **headers: str) -> Said:
    """Return what Graph says when it says no."""
    return said(status, {"error": {"code": code, "message": "No, ana.", "innerError": {}}}, **headers)


@dataclass
class Folder:
    """log: what happened in it, ids of messages that came, with a minus before those that went."""

    id: str
    name: str
    around: str = ""
    kind: str = ""
    log: list[str] = field(default_factory=list)


class Graph:
    """page: how much is told at once; says: what is answered instead, by what a path ends with, one after the other."""

    def __init__(self) -> None:
        self.house = House(SCOPE, rotates=True)
        self.page = 3
        self.url = ""
        self.me: dict[str, Any] = {"id": "7", "mail": USER, "userPrincipalName": "ana@other.example"}
        self.folders: dict[str, Folder] = {}
        self.messages: dict[str, bytes] = {}
        self.epoch = 1
        self.made = 0
        self.fetched: list[str] = []
        self.says: list[tuple[str, Said]] = []
        self.meanwhile: Callable[[Asked], None] = lambda asked: None
        for name, kind in (("Posteingang", "inbox"), ("Gesendet", "sentitems"), ("Junk-E-Mail", "junkemail")):
            self.make(name, kind=kind)
        self.make("Gelöscht", kind="deleteditems")
        self.make("Entwürfe", kind="drafts")

    @property
    def provider(self) -> Provider:
        url = self.url
        scopes = ("offline_access", "https://graph.microsoft.com/Mail.Read")
        return Provider(
            "Microsoft",
            f"{url}/authorize",
            f"{url}/token",
            scopes,
            "Mail.Read",
            device=f"{url}/devicecode",
            host="localhost",
        )

    def grant(self) -> str:
        """Return a grant as it is kept."""
        return Grant(Client(CLIENT), self.house.grant()).text()

    def make(self, name: str, around: str = "", kind: str = "") -> None:
        """Make a folder. around: the name of the one in which it lies; kind: its name in every language."""
        self.folders[name] = Folder(f"AAMk-{len(self.folders)}=", name, around, kind)

    def put(self, folder: str, raw: bytes) -> str:
        """Let a message come into a folder."""
        self.made += 1
        name = f"AAMk_{self.made}-AAA="
        self.messages[name] = raw
        self.folders[folder].log.append(name)
        return name

    def take(self, folder: str, name: str) -> None:
        """Take a message away."""
        self.folders[folder].log.append(f"-{name}")
        del self.messages[name]

    def answer(self, asked: Asked) -> Said:
        if not asked.path.startswith("/v1.0"):
            return self.house.answer(asked)
        if not self.house.lets_in(asked):
            return error(401, "InvalidAuthenticationToken")
        path = [unquote(part) for part in asked.path.removeprefix("/v1.0/").split("/")]
        self.meanwhile(asked)
        for number, (end, instead) in enumerate(self.says):
            if "/".join(path).endswith(end):
                del self.says[number]
                return instead
        match path:
            case ["me"]:
                return said(200, self.me)
            case ["me", "mailFolders"]:
                return self._listed(asked, "")
            case ["me", "mailFolders", known]:
                found = [one for one in self.folders.values() if one.kind == known]
                return said(200, {"id": found[0].id}) if found else error(404, "ErrorItemNotFound")
            case ["me", "mailFolders", known, "childFolders"]:
                return self._listed(asked, self._by(known).name)
            case ["me", "mailFolders", known, "messages", "delta"]:
                return self._changes(asked, self._by(known))
            case ["me", "messages", name, "$value"]:
                if name not in self.messages:
                    return error(404, "ErrorItemNotFound")
                self.fetched.append(name)
                return 200, {"Content-Type": "text/plain"}, self.messages[name]
        return error(400, "BadRequest")

    def size(self, folder: Folder) -> int:
        return len([one for one in folder.log if one in self.messages])

    def _by(self, known: str) -> Folder:
        return next(one for one in self.folders.values() if one.id == known)

    def _listed(self, asked: Asked, around: str) -> Said:
        there = [
            {
                "id": one.id, "displayName": one.name, "totalItemCount": self.size(one),
                "childFolderCount": sum(other.around == one.name for other in self.folders.values()),
            }
            for one in self.folders.values()
            if one.around == around
        ]  # fmt: skip
        begin = int(asked.query.get("$skip", "0"))
        more = {"@odata.nextLink": f"{self.url}{asked.path}?$skip={begin + 2}"} if begin + 2 < len(there) else {}
        return said(200, {"value": there[begin : begin + 2], **more})

    def _changes(self, asked: Asked, folder: Folder) -> Said:
        token = asked.query.get("$skiptoken") or asked.query.get("$deltatoken")
        epoch, begin = map(int, token.split(".")) if token else (self.epoch, 0)
        if epoch != self.epoch:
            return error(410, "SyncStateNotFound")
        assert asked.headers["prefer"] == "odata.maxpagesize=500"
        page = folder.log[begin : begin + self.page]
        end = begin + len(page)
        kind, name = ("next", "skip") if end < len(folder.log) else ("delta", "delta")
        link = f"{self.url}{asked.path}?${name}token={self.epoch}.{end}"
        told = [
            {"id": one.removeprefix("-"), **({"@removed": {"reason": "deleted"}} if one.startswith("-") else {})}
            for one in page
        ]
        return said(200, {"value": told, f"@odata.{kind}Link": link})


@contextmanager
def graph() -> Iterator[Graph]:
    """Run the server and yield it."""
    server = Graph()
    with serving(server.answer) as url:
        server.url = url
        yield server
