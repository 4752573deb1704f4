"""Feeds over the web: what is new alone, asked for so that nothing is sent twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.accounts.dav_server import answering
from tests.accounts.test_dav import kept

from weakties import syncing
from weakties.accounts.feed import FeedAccount
from weakties.errors import AccountError
from weakties.facts import accounts
from weakties.facts.accounts import Account
from weakties.facts.home import Home
from weakties.facts.migrations import open_home
from weakties.syncing import Synced

Told = tuple[int, dict[str, str], bytes]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "home")


class Blog:
    """A blog whose server tells apart who knows it already. marked: whether it gives marks (ETag) at all."""

    def __init__(self, *entries: int, marked: bool = True) -> None:
        self.entries = list(entries)
        self.marked = marked
        self.undated: list[int] = []
        self.sent: list[int] = []

    def __call__(self, method: str, path: str, body: bytes) -> Told:
        return self.answer("")

    def answer(self, known: str) -> Told:
        mark = f'"{self.entries}"'
        self.sent.append(304 if self.marked and known == mark else 200)
        if self.sent[-1] == 304:
            return 304, {}, b""
        items = "".join(
            f"<item><title>The lens, part {n}</title><link>https://blog.example/{n}</link>"
            f"<pubDate>{'' if n in self.undated else 'Fri, 09 Jan 2026 12:00:00 GMT'}</pubDate></item>"
            for n in self.entries
        )
        said = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Blog</title>{items}</channel></rss>'
        return 200, {"ETag": mark} if self.marked else {}, said.encode()


def sync(home: Home, address: str) -> Synced:
    account = Account("feed:blog", "feed", "me", 0, {"address": address})
    accounts.connect(home, account)
    return syncing.sync(home, account, FeedAccount(wait=0), "", now=lambda: 1_770_000_000)


def titles(home: Home) -> list[str]:
    return [str(title) for (title,) in kept(home, "SELECT title FROM items ORDER BY title")]


def test_entries_come_in_once_and_then_only_what_is_new(home: Home) -> None:
    blog = Blog(1, 2, marked=False)
    with answering(blog) as url:
        first = sync(home, f"{url}/rss")
        assert (first.status.ok, first.status.said) == (
            True,
            "2 new records. All 2 records on the server have been read.",
        )
        assert sync(home, f"{url}/rss").imports == ()
        blog.entries = [2, 3]
        later = sync(home, f"{url}/rss")
    assert sum(c.read for record in later.imports for c in record.counts.values()) == 1
    assert titles(home) == ["The lens, part 1", "The lens, part 2", "The lens, part 3"]
    assert kept(home, "SELECT DISTINCT file FROM items") == [(f"{url}/rss",)]


def test_a_feed_that_has_not_changed_is_not_sent_again(home: Home) -> None:
    """The mark that the server gave with the feed is shown to it the next time."""
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    blog = Blog(1, 2)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = blog.answer(self.headers.get("If-None-Match", ""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://localhost:{server.server_port}/"
        sync(home, url)
        again = sync(home, url)
        assert (again.imports, again.status.folders) == ((), {url: (2, 2)})
        blog.entries.append(3)
        sync(home, url)
        server.shutdown()
    assert blog.sent == [200, 304, 200]
    assert len(titles(home)) == 3


def test_a_broken_entry_is_told_once(home: Home) -> None:
    blog = Blog(1, 2, marked=False)
    broken = b"<item><pubDate>Fri, 09 Jan 2026 12:00:00 GMT</pubDate></item></channel>"

    def answers(method: str, path: str, body: bytes) -> Told:
        status, headers, said = blog.answer("")
        return status, headers, said.replace(b"</channel>", broken)

    with answering(answers) as url:
        assert sum(r.counts["items"].rejected for r in sync(home, url).imports) == 1
        blog.entries = [2, 3, 4]
        assert sum(r.counts["items"].rejected for r in sync(home, url).imports) == 0
    assert len(titles(home)) == 4


def test_what_is_no_feed_is_told_with_the_one_that_it_names(home: Home) -> None:
    page = b'<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head></html>'
    with answering(lambda method, path, body: (200, {}, page)) as url:
        said = sync(home, url).status.said
        assert said == f"What localhost has there is no feed. The page names one: {url}/rss"
    with answering(lambda method, path, body: (404, {}, b"")) as url:
        assert "localhost has nothing at /rss." in sync(home, f"{url}/rss").status.said
    with answering(lambda method, path, body: (403, {}, b"")) as url:
        assert sync(home, f"{url}/rss").status.said.endswith("Give an address that is open to all.")
    assert "is no address on the web" in sync(home, "file:///etc/passwd").status.said


def test_a_strangers_feed_leads_nowhere_inside(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from weakties.accounts import feed

    with answering(Blog(1)) as inside, answering(lambda m, p, b: (302, {"Location": f"{inside}/rss"}, b"")) as outside:
        assert sync(home, outside).status.ok
        # As if it came from outside.
        monkeypatch.setattr(feed, "_is_inside", lambda host: host == "localhost")
        stranger = outside.replace("localhost", "127.0.0.1")
        assert "We are sent on to localhost" in sync(home, stranger).status.said


@pytest.mark.parametrize(
    ("host", "inside"),
    [
        ("localhost", True),
        ("192.168.1.1", True),
        ("169.254.169.254", True),
        ("::1", True),
        ("nas.local", True),
        ("blog.example", False),
        ("93.184.216.34", False),
    ],
)
def test_what_is_inside(host: str, *, inside: bool) -> None:
    from weakties.accounts.feed import _is_inside

    assert _is_inside(host) is inside


def test_check_counts_and_changes_nothing() -> None:
    with answering(Blog(1)) as url:
        account = Account("feed:x", "feed", "me", 0, {"address": url})
        assert FeedAccount(wait=0).check(account, "") == "1 article on localhost."
    with pytest.raises(AccountError, match="takes no connection"):
        FeedAccount(wait=0).check(account, "")
