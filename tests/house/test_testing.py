"""The notation of small worlds, and the checks for authors of sources."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from weakties.errors import SourceError
from weakties.facts.model import Event, Extract, Origin, Participation
from weakties.sources import ReadOptions
from weakties.sources.mail import MailSource
from weakties.testing import LedgerNotation, events, parse, source_errors

MAIL = "From: ana@example.com\nTo: me@example.com\nDate: Mon, 5 Jan 2026 12:00:00 +0000\nSubject: Hello\n\nHello.\n"


def test_a_line_is_understood() -> None:
    line = parse('2026-01-06  carla, dan <-> me    email x6 every 7d asks "The lens"')
    assert (line.authors, line.others, line.channel) == (("carla", "dan"), ("me",), "email")
    assert (line.times, line.every, line.both_ways, line.subject, line.asks) == (6, 7, True, "The lens", True)


def test_to_and_fro_begins_with_the_left_side() -> None:
    found = [e.participations[0].handle for e in events(parse("2026-01-06  a <-> b    email x3"), Origin("", 1))]
    assert found == ["email:a@a.example", "email:b@b.example", "email:a@a.example"]


def test_a_line_that_is_none_is_told() -> None:
    with pytest.raises(SourceError, match="no line of the notation"):
        parse("yesterday ana wrote to me")


def test_our_own_sources_keep_their_promises(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_text(MAIL, encoding="utf-8")
    (tmp_path / "b.ledger").write_text("2026-01-06  a <-> b    email x3\n", encoding="utf-8")
    assert source_errors(MailSource(), tmp_path / "a.eml") == []
    assert source_errors(LedgerNotation(), tmp_path / "b.ledger") == []


class Careless:
    """A source that breaks every promise."""

    name = "careless"
    reader = 1
    calls = 0

    def identify(self, path: Path) -> bool:
        return path.suffix == ".careless"

    def read(self, path: Path, options: ReadOptions) -> Iterator[Extract]:
        self.calls += 1
        yield Extract()
        event = Event("", "", self.calls, "email", "t", "s", Origin("", 0), 1)
        yield Extract(events=[event], participations=[Participation("elsewhere", "email:a@b.example", "from")])


def test_a_careless_source_is_told_what_it_breaks(tmp_path: Path) -> None:
    assert source_errors(Careless(), tmp_path / "x.mbox") == ["careless does not recognise x.mbox"]
    broken = " ".join(source_errors(Careless(), tmp_path / "x.careless"))
    for said in ("two readings differ", "says nothing", "that it does not bring", "without an id"):
        assert said in broken
