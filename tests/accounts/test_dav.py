"""Address books and calendars against a real server: all that is there, only what is new, whatever the line and the server do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from tests.accounts.dav_server import PASSWORD, USER, Radicale, radicale
from tests.accounts.dovecot import free_port
from tests.accounts.relay import Relay

from weakties import syncing
from weakties.accounts.caldav import CalDavAccount
from weakties.accounts.carddav import CardDavAccount
from weakties.accounts.dav_sync import DavAccount
from weakties.accounts.registry import of_kind
from weakties.errors import AccountError
from weakties.facts import accounts, ledger
from weakties.facts.accounts import Account
from weakties.facts.engine import add_facts, connect
from weakties.facts.home import Home
from weakties.facts.migrations import open_home
from weakties.syncing import Synced


def card(number: int, *, title: str = "", extra: str = "") -> str:
    return (
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:card-{number}\r\nFN:Ben Quill {number}\r\nN:Quill {number};Ben;;;\r\n"
        f"EMAIL:ben{number}@glass.example\r\n{f'TITLE:{title}' if title else 'ORG:Glass'}\r\n{extra}END:VCARD\r\n"
    )


def noise(number: int) -> str:
    """Return a line of a card that hardly packs."""
    return f"NOTE:{Random(number).randbytes(2_000).hex()}\r\n"


def entry(number: int, *, rule: str = "", kind: str = "VEVENT", year: int = 2026) -> str:
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:{kind}\r\nUID:entry-{number}\r\n"
        f"DTSTAMP:{year}0101T080000Z\r\nDTSTART:{year}0109T{number % 24:02}0000Z\r\n"
        f"DTEND:{year}0109T{number % 24:02}3000Z\r\nSUMMARY:Lens {number}\r\n{rule}"
        "ORGANIZER;CN=Ben Quill:mailto:ben@glass.example\r\nATTENDEE;CN=Carla Diaz:mailto:carla@glass.example\r\n"
        f"END:{kind}\r\nEND:VCALENDAR\r\n"
    )


@pytest.fixture
def server() -> Iterator[Radicale]:
    with radicale() as found:
        yield found


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "home")


def sync(home: Home, live: DavAccount, address: str, *, secret: str = PASSWORD, user: str = USER) -> Synced:
    account = Account(f"{live.kind}:{USER}", live.kind, "me", 0, {"address": address, "user": user})
    accounts.connect(home, account)
    return syncing.sync(home, account, live, secret, now=lambda: 1_770_000_000)


def cards(home: Home, address: str, **further: str) -> Synced:
    return sync(home, CardDavAccount(wait=0), address, **further)


def calendars(home: Home, address: str, **further: str) -> Synced:
    return sync(home, CalDavAccount(wait=0), address, **further)


def kept(home: Home, question: str) -> list[tuple[object, ...]]:
    connection = connect()
    add_facts(connection, ledger.snapshot(home).files())
    return connection.execute(question).fetchall()


def names(home: Home) -> list[object]:
    return [name for (name,) in kept(home, "SELECT name FROM cards ORDER BY name")]


def read(done: Synced) -> int:
    return sum(counts.read for record in done.imports for counts in record.counts.values())


def test_all_cards_come_in_and_then_only_what_is_new(server: Radicale, home: Home) -> None:
    server.make("people", "People & friends")
    server.make("work", "Work")
    for number in range(3):
        server.put(f"people/{number}.vcf", card(number))
    server.put("work/3.vcf", card(3))
    first = cards(home, server.url)
    assert first.status.ok, first.status.said
    assert names(home) == ["Ben Quill 0", "Ben Quill 1", "Ben Quill 2", "Ben Quill 3"]
    assert first.status.folders == {"People & friends": (3, 3), "Work": (1, 1)}
    assert first.status.said == "4 new records. All 4 records on the server have been read."
    assert kept(home, "SELECT DISTINCT file FROM cards WHERE name = 'Ben Quill 3'") == [(f"/{USER}/work/3.vcf",)]
    again = cards(home, server.url)
    assert (again.imports, again.status.folders) == ((), first.status.folders)
    server.put("work/4.vcf", card(4))
    later = cards(home, server.url)
    assert (read(later), later.status.folders["Work"]) == (1, (2, 2))
    assert len(names(home)) == 5


def test_a_changed_card_is_told_anew_and_a_deleted_one_stays(server: Radicale, home: Home) -> None:
    server.make("people", "People")
    server.put("people/0.vcf", card(0))
    server.put("people/1.vcf", card(1))
    cards(home, server.url)
    server.put("people/0.vcf", card(0, title="Lens maker"))
    server.delete("people/1.vcf")
    done = cards(home, server.url)
    assert read(done) == 1
    assert done.status.folders == {"People": (1, 1)}
    assert kept(home, "SELECT DISTINCT name, title FROM cards ORDER BY ALL") == [
        ("Ben Quill 0", ""), ("Ben Quill 0", "Lens maker"), ("Ben Quill 1", ""),
    ]  # fmt: skip


def test_a_token_that_the_server_forgot_begins_the_collection_anew(server: Radicale, home: Home) -> None:
    server.make("people", "People")
    server.put("people/0.vcf", card(0))
    cards(home, server.url)
    server.put("people/1.vcf", card(1))
    server.forget_tokens()
    done = cards(home, server.url)
    assert done.status.ok, done.status.said
    counts = [record.counts["cards"] for record in done.imports]
    assert (sum(c.new for c in counts), sum(c.known for c in counts)) == (1, 1)
    assert cards(home, server.url).imports == ()


def test_meetings_come_from_calendars_alone_and_tasks_say_nothing(server: Radicale, home: Home) -> None:
    server.make("work", "Work", calendar=True)
    server.make("tasks", "Tasks", calendar=True, entries="VTODO")
    server.make("people", "People")
    server.put("work/1.ics", entry(1))
    server.put("work/2.ics", entry(2))
    server.put("people/1.vcf", card(1))
    first = calendars(home, server.url)
    assert first.status.ok, first.status.said
    assert first.status.folders == {"Work": (2, 2)}
    assert kept(home, "SELECT subject, channel, duration FROM events ORDER BY subject") == [
        ("Lens 1", "meeting", 1_800), ("Lens 2", "meeting", 1_800),
    ]  # fmt: skip
    # Her own calendar: she takes part.
    assert kept(home, "SELECT handle FROM participations WHERE role = 'organizer' GROUP BY ALL") == [
        ("email:ben@glass.example",)
    ]
    assert (f"email:{USER}",) in kept(home, "SELECT DISTINCT handle FROM participations")
    server.put("work/3.ics", entry(3))
    assert read(calendars(home, server.url)) == 1


def test_a_series_that_nobody_touches_goes_on(server: Radicale, home: Home) -> None:
    """An entry that was written years ago and repeats for ever is worked out to this day and beyond, by the server's clock."""
    server.make("work", "Work", calendar=True)
    server.put("work/1.ics", entry(1, rule="RRULE:FREQ=WEEKLY\r\n", year=2020))
    calendars(home, server.url)
    ((first, last),) = kept(home, 'SELECT min("at"), max("at") FROM events')
    assert first == int(datetime(2020, 1, 9, 1, tzinfo=UTC).timestamp())
    assert isinstance(last, int)
    ahead = last - datetime.now(UTC).timestamp()
    assert 350 * 86_400 < ahead < 367 * 86_400


def test_a_calendar_is_read_whole_again_when_its_series_have_come_nearer_their_end(
    server: Radicale, home: Home
) -> None:
    class Impatient(CalDavAccount):
        anew = -1

    server.make("work", "Work", calendar=True)
    server.put("work/1.ics", entry(1))
    calendars(home, server.url)
    assert calendars(home, server.url).imports == ()
    done = sync(home, Impatient(wait=0), server.url)
    assert sum(record.counts["events"].known for record in done.imports) == 1
    assert done.status.folders == {"Work": (1, 1)}


def test_one_collection_can_be_connected_by_its_own_address(server: Radicale, home: Home) -> None:
    server.make("people", "People")
    server.make("work", "Work")
    server.put("people/0.vcf", card(0))
    server.put("work/1.vcf", card(1))
    done = cards(home, f"{server.url}{server.home}/work/")
    assert done.status.folders == {"Work": (1, 1)}
    assert names(home) == ["Ben Quill 1"]


def test_two_collections_of_one_name_are_told_apart(server: Radicale, home: Home) -> None:
    server.make("a", "People")
    server.make("b", "People")
    server.put("b/0.vcf", card(0))
    assert cards(home, server.url).status.folders == {"People (a)": (0, 0), "People (b)": (1, 1)}


def test_a_line_that_breaks_is_taken_up_again_and_nothing_is_lost_or_doubled(server: Radicale, home: Home) -> None:
    server.make("people", "People")
    for number in range(200):
        server.put(f"people/{number}.vcf", card(number, extra=noise(number)))
    with Relay(server.port, cut_after=[1_000, 60_000, 300_000, 300_000]) as port:
        done = cards(home, f"http://localhost:{port}")
    assert done.status.ok, done.status.said
    assert len(names(home)) == len(set(names(home))) == 200
    assert done.status.folders == {"People": (200, 200)}


def test_a_line_that_always_breaks_ends_in_a_sentence_and_the_next_sync_goes_on(server: Radicale, home: Home) -> None:
    server.make("people", "People")
    for number in range(200):
        server.put(f"people/{number}.vcf", card(number, extra=noise(number)))
    with Relay(server.port, cut_after=[*[10**9] * 6, *[100_000] * 20]) as port:
        cut = cards(home, f"http://localhost:{port}")
    assert not cut.status.ok
    assert "localhost broke off" in cut.status.said
    assert cut.status.said.endswith("Sync again; it goes on where it was.")
    before = len(names(home))
    assert 0 < before < 200
    server.put("people/new.vcf", card(900))
    # What was read before and has changed since the reading was cut off comes all the same.
    server.put("people/0.vcf", card(0, title="Lens maker"))
    done = cards(home, server.url)
    assert done.status.ok, done.status.said
    # Behind the cut, then what has changed since: the two, one of which may lie behind the cut as well and is known then.
    assert read(done) - (200 - before) in (2, 3)
    assert len(set(names(home))) == 201
    assert kept(home, "SELECT count(*) FROM cards WHERE title = 'Lens maker'") == [(1,)]
    assert cards(home, server.url).imports == ()


def test_what_is_too_long_is_rejected_and_the_rest_is_read(server: Radicale, home: Home) -> None:
    server.make("people", "People")
    server.put("people/0.vcf", card(0))
    server.put("people/1.vcf", card(1, extra=f"NOTE:{'x' * 3_000_000}\r\n"))
    server.put("people/2.vcf", card(2))
    done = cards(home, server.url)
    assert names(home) == ["Ben Quill 0", "Ben Quill 2"]
    assert kept(home, "SELECT kind, file, reason FROM rejected") == [
        ("cards", f"/{USER}/people/1.vcf", "it is longer than 2 MiB: take out its picture or its attachments, then sync again")
    ]  # fmt: skip
    assert done.status.folders == {"People": (3, 3)}


def test_what_cannot_be_is_told_in_words(server: Radicale, home: Home) -> None:
    server.make("people", "People")
    wrong = cards(home, server.url, secret="wrong horse")
    assert not wrong.status.ok
    assert wrong.status.said.startswith(f"localhost does not accept the password of {USER}.")
    assert "wrong horse" not in wrong.status.said
    assert "No calendar for" not in calendars(home, server.url).status.said
    assert f"localhost has no calendar for {USER}." in calendars(home, server.url).status.said
    nothing = cards(home, f"{server.url}{server.home}/nothing/")
    assert "No address book server is to be found at localhost." in nothing.status.said
    assert "takes no connection on that port" in cards(home, f"http://localhost:{free_port()}").status.said
    assert "No server nowhere.invalid can be found" in cards(home, "https://nowhere.invalid").status.said
    assert "without encryption" in cards(home, "http://dav.home.example/").status.said
    assert "has a password in it" in cards(home, "https://ana:hunter2@dav.home.example/x").status.said
    assert "hunter2" not in cards(home, "https://ana:hunter2@dav.home.example/x").status.said


def test_check_counts_and_changes_nothing(server: Radicale) -> None:
    server.make("people", "People")
    server.make("work", "Work")
    server.put("people/0.vcf", card(0))
    server.put("work/1.vcf", card(1))
    account = Account("carddav:x", "carddav", "me", 0, {"address": server.url, "user": USER})
    live = of_kind("carddav")
    assert live.check(account, PASSWORD) == "2 cards on localhost, in People, Work."
    with pytest.raises(AccountError, match="does not accept the password"):
        live.check(account, "wrong")
