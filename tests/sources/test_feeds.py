"""Feeds: addresses, dates, entities, what is hostile."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weakties.facts.model import NO_TIME, Extract, Item
from weakties.sources import ReadOptions
from weakties.sources.feeds import DAMAGED, NO_DATE, NO_TITLE, REFUSED, FeedSource
from weakties.testing import source_errors

SOURCE = FeedSource()
AT = 1_767_603_600


def write(path: Path, *entries: str, head: str = "") -> Path:
    body = "".join(f"<item>{entry}</item>" for entry in entries)
    link = "<link>https://odd.example/a/</link>"
    path.write_text(
        f'<?xml version="1.0"?>{head}<rss version="2.0"><channel>{link}{body}</channel></rss>', encoding="utf-8"
    )
    return path


def atom(path: Path, *entries: str) -> Path:
    body = "".join(f"<entry>{entry}</entry>" for entry in entries)
    path.write_text(f'<feed xmlns="http://www.w3.org/2005/Atom">{body}</feed>', encoding="utf-8")
    return path


def read(path: Path) -> list[Extract]:
    return list(SOURCE.read(path, ReadOptions()))


def items(path: Path) -> list[Item]:
    return [item for extract in read(path) for item in extract.items]


def reasons(path: Path) -> list[tuple[str, str]]:
    return [(r.reason, r.kind) for extract in read(path) for r in extract.rejected]


@pytest.mark.parametrize(
    ("entry", "address"),
    [
        ("<link>https://x.example/1</link><guid>https://x.example/other</guid>", "https://x.example/1"),
        ("<link>\n /1?a=1&amp;b=2 </link>", "https://odd.example/1?a=1&b=2"),
        ("<guid>https://x.example/1</guid>", "https://x.example/1"),
        ("<guid isPermaLink='false'>https://x.example/1</guid>", ""),
        ("<guid>17</guid>", ""),
        ("<link>javascript:alert(1)</link>", ""),
        ("<link>http://[</link>", ""),
        ("<link>mailto:ana@lopez.example</link>", ""),
    ],
)
def test_addresses(tmp_path: Path, entry: str, address: str) -> None:
    (item,) = items(write(tmp_path / "a.xml", f"<title>A</title>{entry}"))
    assert item.address == address


def test_of_several_links_the_page_is_taken(tmp_path: Path) -> None:
    links = "<link rel='self' href='https://x.example/s'/><link href='https://x.example/page'/><link rel='alternate' href='https://x.example/z'/>"
    (item,) = items(atom(tmp_path / "a.atom", f"<title>A</title>{links}"))
    assert item.address == "https://x.example/page"


@pytest.mark.parametrize(
    ("entry", "at"),
    [
        ("<pubDate>Mon, 05 Jan 2026 10:00:00 +0100</pubDate>", AT),
        ("<published>2026-01-05T09:00:00Z</published><updated>2026-02-05T09:00:00Z</updated>", AT),
        ("<updated>2026-01-05T09:00:00Z</updated>", AT),
        ("<dc:date>2026-01-05</dc:date>", AT - 9 * 3600),
        ("", NO_TIME),
    ],
)
def test_dates(tmp_path: Path, entry: str, at: int) -> None:
    assert [item.at for item in items(write(tmp_path / "a.xml", f"<title>A</title>{entry}"))] == [at]


@pytest.mark.parametrize(
    "written", ["yesterday", "Thu, 01 Jan 1970 00:00:00 GMT", "2026-02-31T00:00:00Z", "9999-01-01"]
)
def test_no_date_is_told(tmp_path: Path, written: str) -> None:
    path = write(tmp_path / "a.xml", f"<title>A</title><pubDate>{written}</pubDate>")
    assert reasons(path) == [(NO_DATE, "items")]


def test_nothing_to_show_is_told(tmp_path: Path) -> None:
    assert reasons(write(tmp_path / "a.xml", "<title> </title>", "")) == [(NO_TITLE, "items")] * 2


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Caf&eacute;&nbsp;au lait", "Café au lait"),
        ("A &amp;amp; B", "A & B"),
        ("<![CDATA[<b>A</b> & B]]>", "A & B"),
        ("&nowhere;A", "A"),
        ("x" * 500, "x" * 299 + "…"),
    ],
)
def test_titles(tmp_path: Path, title: str, shown: str) -> None:
    assert [item.title for item in items(write(tmp_path / "a.xml", f"<title>{title}</title>"))] == [shown]


def test_only_an_entrys_own_fields_are_read(tmp_path: Path) -> None:
    entry = "<media:title>no</media:title><source><title>no</title></source><title>yes</title>"
    assert [item.title for item in items(write(tmp_path / "a.xml", entry))] == ["yes"]


def test_the_same_article_has_the_same_id_in_every_feed(tmp_path: Path) -> None:
    link = "https://x.example/1"
    one = items(write(tmp_path / "a.xml", f"<title>A</title><link>{link}</link>"))
    other = items(atom(tmp_path / "a.atom", "<title>B</title>", f"<title>A2</title><link href='{link}'/>"))
    assert one[0].id == other[1].id != other[0].id


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_entities_of_its_own_are_refused(tmp_path: Path, head: str) -> None:
    path = write(tmp_path / "a.xml", "<title>&b;</title>", head=head)
    assert SOURCE.identify(path)
    assert reasons(path) == [(REFUSED, "items")]


def test_what_came_before_the_damage_is_kept(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xml", "<title>A</title>", "<title>B</title>")
    path.write_text(path.read_text("utf-8").replace("<title>B", "<title>B</wrong>"), encoding="utf-8")
    assert [item.title for item in items(path)] == ["A"]
    assert reasons(path) == [(DAMAGED, "items")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel><item><title>Café</title></item></channel></rss>'
    (tmp_path / "a.xml").write_bytes(text.encode(encoding))
    assert source_errors(SOURCE, tmp_path / "a.xml") == []
    assert [item.title for item in items(tmp_path / "a.xml")] == ["Café"]


def test_controls_do_not_end_a_feed(tmp_path: Path) -> None:
    assert [item.title for item in items(write(tmp_path / "a.xml", "<title>A\x0b\x00B</title>"))] == ["AB"]


def test_depth_and_length_are_bounded(tmp_path: Path) -> None:
    assert reasons(write(tmp_path / "a.xml", "<b>" * 100_000)) == [(DAMAGED, "items")]
    path = write(
        tmp_path / "b.xml",
        f"<title>A</title><description>{'word ' * 4_000_000}</description>",
        f"<x y='{'z' * 20_000_000}'/>",
    )
    tracemalloc.start()
    found = read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [bool(x.items) for x in found] == [True, False]
    assert peak < 18_000_000


@pytest.mark.parametrize(
    "text",
    [
        '<opml version="2.0"><body><outline type="rss" xmlUrl="https://x.example"/></body></opml>',
        "<html><feed xmlns='http://www.w3.org/2005/Atom'/></html>",
        "<feed><entry/></feed>",
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
        "rss",
        "",
    ],
)
def test_what_is_not_ours(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.xml").write_text(text, encoding="utf-8")
    assert not SOURCE.identify(tmp_path / "a.xml")


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=200), st.integers(0, 300))
def test_any_bytes_can_be_read(tmp_path_factory: pytest.TempPathFactory, tail: bytes, cut: int) -> None:
    path = write(tmp_path_factory.mktemp("any") / "a.xml", "<title>A</title>", "<title>B</title><link>/b</link>")
    path.write_bytes(path.read_bytes()[:cut] + tail)
    assert all(len(x.items) + len(x.rejected) == 1 for x in read(path))
