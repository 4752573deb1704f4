"""Servers that are odd, old or hostile: what they send is read as far as it makes sense, and never leads us astray."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.accounts.dav_server import USER, answering
from tests.accounts.test_dav import card, cards, names, read

from weakties.accounts import dav_xml
from weakties.accounts.dav_xml import BadXml, D
from weakties.accounts.web import Answer, Web, of_one_house
from weakties.facts import accounts
from weakties.facts.accounts import Account
from weakties.facts.home import Home
from weakties.facts.migrations import open_home

Told = tuple[int, dict[str, str], bytes]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "home")


def multistatus(*parts: str, further: str = "") -> Told:
    spaces = 'xmlns="DAV:" xmlns:a="urn:ietf:params:xml:ns:carddav"'
    return 207, {}, f'<?xml version="1.0"?><multistatus {spaces}>{"".join(parts)}{further}</multistatus>'.encode()


def part(href: str, properties: str) -> str:
    return (
        f"<response><href>{href}</href><propstat><prop>{properties}</prop><status>HTTP/1.1 200 OK</status></propstat>"
        "</response>"
    )


class Book:
    """One address book on a server of its own making. tokens: how it tells changes, none if it cannot; withheld: what it lists and
    does not give; pages: resources in one answer about changes; before: answers instead of the usual, by method and path."""

    def __init__(self, count: int, *, tokens: bool = False) -> None:
        self.cards = {f"/book/{n:03}.vcf": card(n) for n in range(count)}
        self.tokens = tokens
        self.withheld: set[str] = set()
        self.no_multiget = False
        self.page = 0
        self.before: dict[tuple[str, str], list[Told]] = {}
        self.asked: list[tuple[str, str]] = []
        self.home_set = "/home/"
        self.listed_too = ""

    def __call__(self, method: str, path: str, body: bytes) -> Told:
        self.asked.append((method, path))
        if waiting := self.before.get((method, path)):
            return waiting.pop(0)
        if method == "GET":
            if path in self.withheld:
                return 403, {}, b""
            return (200, {}, self.cards[path].encode()) if path in self.cards else (404, {}, b"")
        if method == "PROPFIND":
            return self._properties(path)
        if b"sync-collection" in body:
            return self._changes(body)
        return (403, {}, b"") if self.no_multiget else self._contents(body)

    def _properties(self, path: str) -> Told:
        if path == "/":
            return multistatus(part("/", "<current-user-principal><href>/me/</href></current-user-principal>"))
        if path == "/me/":
            return multistatus(
                part("/me/", f"<a:addressbook-home-set><href>{self.home_set}</href></a:addressbook-home-set>")
            )
        report = "<supported-report><report><sync-collection/></report></supported-report>" if self.tokens else ""
        own = part("/book/", f"<resourcetype><collection/><a:addressbook/></resourcetype><displayname>Book</displayname>"
                             f"<supported-report-set>{report}</supported-report-set>")  # fmt: skip
        if path == "/home/":
            return multistatus(part("/home/", "<resourcetype><collection/></resourcetype>"), own)
        if path == "/book/":
            return multistatus(own, *map(self._listed, self.cards), further=self.listed_too)
        return 404, {}, b""

    def _listed(self, path: str) -> str:
        return part(quote(path), f'<resourcetype/><getetag>"{hash(self.cards[path])}"</getetag>')

    def _changes(self, body: bytes) -> Told:
        begin = int(body.partition(b"sync-token>")[2].partition(b"</")[0] or 0) if b"sync-token>" in body else 0
        paths = sorted(self.cards)
        until = min(begin + (self.page or len(paths)), len(paths))
        more = (
            "" if until == len(paths) else "<response><href>/book/</href><status>HTTP/1.1 507 Full</status></response>"
        )
        return multistatus(*map(self._listed, paths[begin:until]), more, further=f"<sync-token>{until}</sync-token>")

    def _contents(self, body: bytes) -> Told:
        wanted = [p for p in self.cards if f">{quote(p)}<".encode() in body and p not in self.withheld]
        return multistatus(*(part(quote(p), f"<a:address-data>{self.cards[p]}</a:address-data>") for p in wanted))


def test_a_server_without_tokens_is_read_by_its_marks(home: Home) -> None:
    book = Book(150)
    with answering(book) as url:
        first = cards(home, url)
        assert first.status.folders == {"Book": (150, 150)}
        assert len(names(home)) == 150
        assert cards(home, url).imports == ()
        book.cards["/book/007.vcf"] = card(7, title="Lens maker")
        book.cards["/book/new one.vcf"] = card(900)
        del book.cards["/book/009.vcf"]
        later = cards(home, url)
    assert read(later) <= 4
    assert later.status.folders == {"Book": (150, 150)}
    assert len(set(names(home))) == 151


def test_what_a_server_lists_and_does_not_give_is_counted_and_asked_for_again(home: Home) -> None:
    book = Book(5, tokens=True)
    book.withheld = {"/book/001.vcf", "/book/003.vcf"}
    with answering(book) as url:
        first = cards(home, url)
        assert first.status.folders == {"Book": (5, 3)}
        assert "3 of the server's 5 records have been read; the next sync looks for the rest." in first.status.said
        book.withheld = {"/book/003.vcf"}
        second = cards(home, url)
        assert (read(second), second.status.folders) == (1, {"Book": (5, 4)})
        del book.cards["/book/003.vcf"]
        assert cards(home, url).status.ok
    assert len(names(home)) == 4


def test_a_server_that_gives_them_one_by_one_alone_is_asked_so(home: Home) -> None:
    book = Book(5, tokens=True)
    book.no_multiget = True
    with answering(book) as url:
        assert cards(home, url).status.folders == {"Book": (5, 5)}
    assert sum(method == "GET" for method, _ in book.asked) == 5


def test_changes_that_come_in_pages_are_all_read(home: Home) -> None:
    book = Book(25, tokens=True)
    book.page = 10
    with answering(book) as url:
        assert cards(home, url).status.folders == {"Book": (25, 25)}
        assert cards(home, url).imports == ()
    assert len(names(home)) == 25


def test_a_server_that_asks_for_patience_is_given_it(home: Home) -> None:
    book = Book(2, tokens=True)
    book.before["PROPFIND", "/home/"] = [(503, {"Retry-After": "0"}, b""), (429, {"Retry-After": "1"}, b"")]
    with answering(book) as url:
        assert cards(home, url).status.ok
        book.before["PROPFIND", "/home/"] = [(429, {"Retry-After": "7200"}, b"")] * 2
        assert cards(home, url).status.said == "localhost asks for patience. Sync again in 2 hours."
        book.before["PROPFIND", "/home/"] = [(500, {}, b"oops")]
        said = cards(home, url).status.said
    assert said == "localhost has trouble of its own (500). Sync again later; it goes on where it was."


def test_a_collection_that_may_not_be_read_ends_in_a_sentence(home: Home) -> None:
    book = Book(2)
    book.before["PROPFIND", "/book/"] = [(403, {}, b"")]
    with answering(book) as url:
        done = cards(home, url)
    assert not done.status.ok
    assert done.status.said.startswith(f"localhost does not let {USER} read /book/.")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'<!DOCTYPE a [<!ENTITY x "y">]><multistatus xmlns="DAV:">&x;</multistatus>', "own types or entities"),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'.encode("utf-16"), "own types or entities"),
        (b"<html><body>Welcome<br></body></html>", "mismatched tag"),
        (b"", "no element found"),
        (b'<multistatus xmlns="DAV:">' + b"<a>" * 100_000, "nested deeper"),
        (b'<multistatus xmlns="DAV:"><response>' + b"<a/>" * 30_000, "goes on longer"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "unknown encoding"),
    ],
)
def test_an_answer_that_is_no_plain_xml_is_refused_in_words(home: Home, body: bytes, said: str) -> None:
    book = Book(1)
    book.before["PROPFIND", "/home/"] = [(207, {}, body)]
    with answering(book) as url:
        done = cards(home, url)
    assert not done.status.ok
    assert "What localhost sends cannot be read: " in done.status.said
    assert said in done.status.said


def test_the_password_goes_to_no_other_house(home: Home) -> None:
    asked: list[tuple[str, str]] = []

    def stranger(method: str, path: str, body: bytes) -> Told:
        asked.append((method, path))
        return 207, {}, b""

    with answering(stranger) as other:
        other = other.replace("localhost", "127.0.0.1")
        book = Book(2)
        book.before["PROPFIND", "/"] = [(301, {"Location": f"{other}/"}, b"")]
        with answering(book) as url:
            done = cards(home, url)
            assert "We are sent on to 127.0.0.1, which is of another house." in done.status.said
            book.home_set = f"{other}/home/"
            assert not cards(home, url).status.ok
            book.home_set = "/home/"
            book.listed_too = part(f"{other}/book/x.vcf", "<getetag>1</getetag>") + part(
                "/etc/passwd", "<getetag>1</getetag>"
            )
            assert cards(home, url).status.folders == {"Book": (2, 2)}
    assert asked == []
    assert ("GET", "/etc/passwd") not in book.asked


@pytest.mark.parametrize(
    "address",
    ["http://[", "https://a..b.invalid", f"https://{'a' * 300}.invalid", "https://localhost:x/", "https://localhost:0/",
     "https://a\x00b/", "https://\u202e.invalid/", "ftp://x", "://", "@", "https://exa mple.invalid"],
)  # fmt: skip
def test_an_address_that_is_none_is_told_in_words(home: Home, address: str) -> None:
    done = cards(home, address)
    assert not done.status.ok
    assert "is no address on the web" in done.status.said or "can be found" in done.status.said


@pytest.mark.parametrize("href", ["http://[", "//[", "https://localhost:x/", "\n", "/book/../../x", "?", "#"])
def test_an_address_in_an_answer_that_is_none_is_passed_over(home: Home, href: str) -> None:
    book = Book(2)
    book.listed_too = part(href, "<getetag>1</getetag>")
    with answering(book) as url:
        assert cards(home, url).status.folders == {"Book": (2, 2)}
        book.home_set = href
        assert isinstance(cards(home, url).status.said, str)


def test_nothing_that_is_kept_of_how_far_we_read_names_anybody(home: Home) -> None:
    """Where a reading was cut off and what was withheld is known by digests: forgetting somebody need not look there."""
    book = Book(3, tokens=True)
    book.cards = {f"/book/Ben-Quill-{n}.vcf": card(n) for n in range(3)}
    book.withheld = {"/book/Ben-Quill-1.vcf"}
    with answering(book) as url:
        cards(home, url)
        cursor = str(accounts.cursor_of(home, Account(f"carddav:{USER}", "carddav", "me", 0)))
        assert "missing" in cursor
        assert "Ben" not in cursor
        assert "ana" not in cursor
        book.tokens = False
        cards(home, url)
    assert "Ben" not in str(accounts.cursor_of(home, Account(f"carddav:{USER}", "carddav", "me", 0)))


def test_a_server_that_sends_us_round_in_circles_is_left(home: Home) -> None:
    with answering(lambda method, path, body: (302, {"Location": path + "x"}, b"")) as url:
        assert "sends us round in circles" in cards(home, url).status.said


def test_what_is_no_card_is_rejected(home: Home) -> None:
    book = Book(2)
    book.cards["/book/001.vcf"] = "Sign in to go on"
    with answering(book) as url:
        done = cards(home, url)
    assert sum(record.counts["cards"].rejected for record in done.imports) == 1
    assert done.status.folders == {"Book": (2, 2)}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("caldav.icloud.com", "p12-caldav.icloud.com", True),
        ("home.example", "dav.home.example", True),
        ("home.example", "home.example.evil.example", False),
        ("a.co.uk", "b.co.uk", False),
        ("10.0.0.1", "9.0.0.1", False),
        ("::1", "::1", True),
        ("", "", False),
    ],
)
def test_one_house_is_one_registered_domain(one: str, other: str, *, same: bool) -> None:
    assert of_one_house(one, other) is same


@given(st.binary(max_size=300))
def test_any_bytes_are_an_answer_or_refused(data: bytes) -> None:
    for begin in (b"", b'<multistatus xmlns="DAV:"><response>'):
        try:
            dav_xml.read(begin + data)
        except BadXml:
            continue


@given(
    st.lists(
        st.tuples(st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1), st.sampled_from([200, 404]))
    ),
    st.text(st.characters(categories=("L", "N"))),
)
def test_what_is_written_is_read(found: list[tuple[str, int]], token: str) -> None:
    from xml.sax.saxutils import escape

    parts = [
        f"<response><href>{escape(href)}</href><status>HTTP/1.1 {status} x</status></response>"
        for href, status in found
    ]
    told = dav_xml.read(multistatus(*parts, further=f"<sync-token>{token}</sync-token>")[2])
    assert [(one.href, one.status) for one in told.told] == [(h.strip(), s) for h, s in found if h.strip()]
    assert told.token == token.strip()
    asked = dav_xml.read(dav_xml.sync_collection(token).replace(b"sync-collection", b"multistatus"))
    assert asked.token == token.strip()


@pytest.fixture
def web() -> Iterator[Callable[[str], Web]]:
    made: list[Web] = []

    def make(user: str) -> Web:
        made.append(Web(trusted=lambda host: True, user=user, secret="x", wait=0))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.mark.parametrize(
    ("status", "user", "said"),
    [
        (401, "ana", "does not accept the password of ana"),
        (401, "", "wants a password for /x"),
        (403, "ana", "does not let ana read /x"),
        (404, "ana", "has nothing at /x"),
        (418, "ana", "says no (418) to /x"),
        (502, "ana", "has trouble of its own (502)"),
    ],
)
def test_each_no_is_a_sentence(web: Callable[[str], Web], status: int, user: str, said: str) -> None:
    error = web(user).refused(Answer(status, "https://dav.example/x", {}, b""))
    assert said in str(error)
    assert error.hint


def test_when_to_come_back_is_told_by_the_servers_own_clock(web: Callable[[str], Web]) -> None:
    headers = {"date": "Fri, 09 Jan 2026 12:00:00 GMT", "retry-after": "Fri, 09 Jan 2026 12:30:00 GMT"}
    error = web("ana").refused(Answer(429, "https://dav.example/x", headers, b""))
    assert (error.retry_after, error.hint) == (1_800, "Sync again in 30 minutes.")


def test_tags_are_written_with_their_namespaces() -> None:
    assert b"<d:resourcetype/>" in dav_xml.propfind(f"{D}resourcetype")
