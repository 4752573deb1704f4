"""WebDAV, read-only: where somebody's calendars and address books are, what has changed in them, and what they hold.

A server is asked who we are (RFC 5397), where that person's collections are (RFC 4791, 6352), and of each collection what has
changed since a token that it gave us (RFC 6578). Nothing is ever written there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from weakties.accounts import dav_xml
from weakties.accounts.dav_xml import CALDAV, BadXml, D, Multistatus, Node, Told
from weakties.accounts.web import FIRST_WAIT_SECONDS, Answer, Web, WrongPassword, host_of, joined, of_one_house
from weakties.errors import AccountError

# Bytes of one card or entry at the most.
LONGEST_RESOURCE = 2 * 1024 * 1024
_TYPE, _OWNER, _NAME = f"{D}resourcetype", f"{D}owner", f"{D}displayname"
_ETAG, _SIZE = f"{D}getetag", f"{D}getcontentlength"
_PRINCIPAL = f"{D}current-user-principal"
_REPORTS = f"{D}supported-report-set"
_PRIVILEGES = f"{D}current-user-privilege-set"
_ENTRIES = f"{CALDAV}supported-calendar-component-set"
_ADDRESSES = f"{CALDAV}calendar-user-address-set"
_OF_COLLECTION = (_TYPE, _NAME, _OWNER, _REPORTS, _PRIVILEGES, _ENTRIES)


@dataclass(frozen=True, slots=True)
class Protocol:
    """What tells calendars from address books. well_known: where a server says where they are (RFC 6764); hosts: what its name
    often begins with; word: for one of them; record, records: for what lies in it; the others: tags."""

    well_known: str
    hosts: tuple[str, ...]
    word: str
    record: str
    records: str
    home: str
    collection: str
    report: str
    data: str


@dataclass(frozen=True, slots=True)
class Collection:
    """A calendar or an address book. path: of its address, without escapes; mine: whether it belongs to the one who signed in;
    tokens: whether the server tells what has changed in it."""

    url: str
    path: str
    name: str
    mine: bool
    tokens: bool


@dataclass(frozen=True, slots=True)
class Resource:
    """A card or an entry as its collection lists it. path: of its address, without escapes; size: bytes, 0 if it is not told."""

    path: str
    href: str
    etag: str
    size: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What has changed in a collection, by path. gone: how many were deleted; more: whether that is not all."""

    changed: list[Resource]
    gone: int
    token: str
    more: bool


class TokenExpired(Exception):
    """The server does not remember the token: the collection is to be read anew."""


class Refused(AccountError):
    """The server does not let us read something."""


class Server:
    """A server on which somebody signs in. addresses: by which her calendars know her, once `collections` was asked; now: seconds
    UTC by the server's clock, 0 before the first answer."""

    def __init__(
        self, protocol: Protocol, address: str, user: str, secret: str, *, wait: float = FIRST_WAIT_SECONDS
    ) -> None:
        self.protocol = protocol
        self.addresses: list[str] = []
        self.now = 0
        self._starts = _starts(protocol, address)
        houses = [host_of(self._starts[0]), user.rpartition("@")[2].lower() if "@" in user else ""]
        self._web = Web(
            trusted=lambda host: any(of_one_house(host, house) for house in houses if house),
            user=user,
            secret=secret,
            wait=wait,
        )

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self._web.close()

    @property
    def host(self) -> str:
        """The server's name, for sentences."""
        return host_of(self._starts[0])

    def collections(self) -> list[Collection]:
        """Return the collections of the one who signed in, by path. Raises AccountError."""
        url, here = self._found()
        if self._is_ours(here):
            return self._named({_path(url): (url, here)}, owner="")
        principal = next(iter(_hrefs(here, _PRINCIPAL, url)), url)
        homes = _hrefs(here, self.protocol.home, url)
        if principal != url or not homes:
            answer, told = self._properties(principal, self.protocol.home, _ADDRESSES)
            self.addresses = [href for one in told[:1] for href in _hrefs(one, _ADDRESSES, "")]
            homes = [href for one in told[:1] for href in _hrefs(one, self.protocol.home, answer.url)] or homes
        found: dict[str, tuple[str, Told]] = {}
        # An address that leads to no home is taken for one itself.
        for home in homes or [url]:
            answer, told = self._properties(home, *_OF_COLLECTION, depth=1)
            for one in told:
                at = joined(answer.url, one.href)
                if self._is_ours(one) and self._web.may_ask(at):
                    found[_path(at)] = (at, one)
        if not found:
            raise AccountError(
                f"{self.host} has no {self.protocol.word} for {self._web.user}.", hint="Give the full address of one."
            )
        return self._named(found, owner=_path(principal))

    def listing(self, collection: Collection) -> list[Resource]:
        """Return all that is in a collection, by path. Raises AccountError, TooLong."""
        _, told = self._properties(collection.url, _TYPE, _ETAG, _SIZE, depth=1)
        return _by_path(collection, (one for one in told if not _has(one, _TYPE, f"{D}collection")))

    def changes(self, collection: Collection, token: str) -> Changes | None:
        """Return what has changed since a token, everything if it is empty; None where the server cannot tell.

        Raises TokenExpired, AccountError, TooLong.
        """
        answer, told = self._asks("REPORT", collection.url, dav_xml.sync_collection(token), depth=0)
        if answer.status != 207 or not told.token:
            if token:
                raise TokenExpired
            return None
        # What is said of the collection itself is that there is more than fits into one answer.
        more = any(one.status == 507 for one in told.told)
        gone = sum(one.status in (404, 410) for one in told.told)
        changed = _by_path(collection, (one for one in told.told if one.status < 300))
        return Changes(changed, gone, told.token, more and told.token != token)

    def contents(self, collection: Collection, resources: Sequence[Resource]) -> dict[str, bytes] | None:
        """Return what resources hold, by path, as far as it is given; None where the server gives none in this way.

        Raises AccountError, TooLong.
        """
        question = dav_xml.multiget(self.protocol.report, self.protocol.data, [one.href for one in resources])
        answer, told = self._asks("REPORT", collection.url, question, depth=1)
        if answer.status != 207:
            return None
        found = {}
        for one in told.told:
            if one.status < 300 and self.protocol.data in one.properties:
                found[_path(joined(collection.url, one.href))] = one.properties[self.protocol.data].text.encode()
        return found

    def content(self, collection: Collection, resource: Resource) -> bytes | int:
        """Return what one resource holds, or the number with which the server says no. Raises AccountError, TooLong."""
        answer = self._web.ask("GET", joined(collection.url, resource.href), longest=LONGEST_RESOURCE)
        return answer.body if answer.status == 200 else answer.status

    def _found(self) -> tuple[str, Told]:
        """Return the first address that knows who we are, or is what we look for, and what it tells."""
        said: list[AccountError] = []
        for start in self._starts:
            try:
                answer, told = self._properties(start, _PRINCIPAL, self.protocol.home, *_OF_COLLECTION)
            except WrongPassword:
                raise
            except AccountError as no:
                said.append(no)
                continue
            for one in told[:1]:
                known = one.properties.keys() & {_PRINCIPAL, self.protocol.home}
                if any(one.properties[tag].hrefs() for tag in known) or _has(one, _TYPE, f"{D}collection"):
                    return answer.url, one
        # Trouble with the network, the certificate and the like is more to the point than that nothing is there.
        for error in said:
            if not isinstance(error, Refused):
                raise error
        raise AccountError(
            f"No {self.protocol.word} server is to be found at {self.host}.",
            hint="Give its full address; docs/how-to/live-accounts.md has those of many.",
        )

    def _is_ours(self, told: Told) -> bool:
        """Tell whether something is a collection of the right kind that may be read."""
        if not _has(told, _TYPE, self.protocol.collection):
            return False
        entries = [node.attributes.get("name", "").upper() for node in _children(told, _ENTRIES)]
        if entries and "VEVENT" not in entries:
            return False
        rights = _children(told, _PRIVILEGES)
        return not rights or any(right.has(f"{D}read") or right.has(f"{D}all") for right in rights)

    def _named(self, found: dict[str, tuple[str, Told]], *, owner: str) -> list[Collection]:
        last = {path: path.rstrip("/").rpartition("/")[2] for path in found}
        names = {path: " ".join(one.text(_NAME).split())[:200] or last[path] for path, (_, one) in found.items()}
        called = list(names.values())
        collections = []
        for path, (url, one) in sorted(found.items()):
            # Two of one name are told apart by where they lie.
            name = names[path] if called.count(names[path]) == 1 else f"{names[path]} ({last[path]})"
            owners = [_path(href) for href in _hrefs(one, _OWNER, url)]
            tokens = any(
                report.has(f"{D}sync-collection")
                for supported in _children(one, _REPORTS)
                for report in supported.all(f"{D}report")
            )
            mine = not (owner and owners) or owner in owners
            collections.append(Collection(url, path, name, mine, tokens))
        return collections

    def _properties(self, url: str, *tags: str, depth: int = 0) -> tuple[Answer, list[Told]]:
        answer, told = self._asks("PROPFIND", url, dav_xml.propfind(*tags), depth=depth)
        if answer.status != 207:
            error = self._web.refused(answer)
            raise Refused(str(error), hint=error.hint)
        return answer, told.told

    def _asks(self, method: str, url: str, question: bytes, *, depth: int) -> tuple[Answer, Multistatus]:
        headers = {"Depth": str(depth), "Content-Type": "application/xml; charset=utf-8"}
        answer = self._web.ask(method, url, headers=headers, body=question)
        self.now = answer.at or self.now
        if answer.status != 207:
            return answer, Multistatus()
        try:
            return answer, dav_xml.read(answer.body)
        except BadXml as error:
            raise AccountError(
                f"What {host_of(answer.url)} sends cannot be read: {error}.", hint="Ask whoever runs the server."
            ) from error


def _starts(protocol: Protocol, address: str) -> list[str]:
    """Return where to look for a server, the likeliest first. address: of the web, of mail, or a server's name."""
    text = address.strip()
    if "://" in text and not host_of(text):
        return [text]
    if "://" in text and (urlsplit(text).path.strip("/") or urlsplit(text).query):
        return [text]
    if "://" in text:
        bases = [text.rstrip("/")]
    else:
        domain = text.rpartition("@")[2].strip("/").lower()
        names = [f"{prefix}.{domain}" for prefix in protocol.hosts] if "@" in text else []
        bases = [f"https://{name}" for name in [domain, *names]]
    return [f"{base}{path}" for base in bases for path in (f"/.well-known/{protocol.well_known}", "/")]


def _path(url: str) -> str:
    """Return the path of an address without its escapes, empty where it is none."""
    return unquote(urlsplit(url).path) if host_of(url) else ""


def _children(told: Told, tag: str) -> list[Node]:
    return told.properties[tag].children if tag in told.properties else []


def _has(told: Told, tag: str, child: str) -> bool:
    return any(node.tag == child for node in _children(told, tag))


def _hrefs(told: Told, tag: str, base: str) -> list[str]:
    """Return the addresses in a property, made whole."""
    return [joined(base, href) for href in told.properties[tag].hrefs()] if tag in told.properties else []


def _by_path(collection: Collection, told: Iterator[Told]) -> list[Resource]:
    """Return the resources among what is told, by path; what does not lie in the collection is none of them."""
    found = {}
    for one in told:
        at = joined(collection.url, one.href)
        path = _path(at)
        inside = path.startswith(collection.path) and not path.endswith("/") and path != collection.path
        if inside and host_of(at) == host_of(collection.url):
            size = one.text(_SIZE)
            known = int(size) if size.isdecimal() and len(size) < 16 else 0
            found[path] = Resource(path, urlsplit(at).path, one.text(_ETAG), known)
    return [found[path] for path in sorted(found)]
