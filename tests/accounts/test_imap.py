"""IMAP against a real server: all that is there, only what is new, through renumbered folders and broken lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from imapclient import IMAPClient
from tests.accounts.dovecot import PASSWORD, free_port, running
from tests.accounts.relay import Relay

from weakties import syncing
from weakties.accounts.imap import ImapAccount
from weakties.errors import AccountError
from weakties.facts import accounts, ledger
from weakties.facts.accounts import Account
from weakties.facts.engine import add_facts, connect
from weakties.facts.home import Home
from weakties.facts.migrations import open_home
from weakties.syncing import Synced


def letter(number: int, *, author: str = "ana@home.example", extra: str = "") -> bytes:
    return (
        f"From: Ana Lopez <{author}>\r\nTo: Ben Quill <ben@glass.example>\r\nMessage-ID: <{number}@home.example>\r\n"
        f"Date: Fri, 9 Jan 2026 12:{number // 60 % 60:02}:{number % 60:02} +0000\r\nSubject: Letter {number}\r\n\r\n"
        f"Hello Ben, {extra}\r\n"
    ).encode()


class Server:
    """The mailbox on the server, as another program sees it."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.settings = settings
        self.account = Account("imap:ana@home.example", "imap", "me", 0, settings)

    def put(self, folder: str, *letters: bytes) -> None:
        with IMAPClient("localhost", int(self.settings["port"]), ssl=False) as client:
            client.login(self.settings["user"], PASSWORD)
            if not client.folder_exists(folder):
                client.create_folder(folder)
            for data in letters:
                client.append(folder, data)

    def delete(self, folder: str, number: int) -> None:
        with IMAPClient("localhost", int(self.settings["port"]), ssl=False) as client:
            client.login(self.settings["user"], PASSWORD)
            client.select_folder(folder)
            client.delete_messages(client.search(["SUBJECT", f"Letter {number}"]))
            client.expunge()

    def make_anew(self, folder: str) -> None:
        with IMAPClient("localhost", int(self.settings["port"]), ssl=False) as client:
            client.login(self.settings["user"], PASSWORD)
            client.select_folder("INBOX")
            client.delete_folder(folder)


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as settings:
        yield Server(settings)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "home")


def sync(home: Home, account: Account, secret: str = PASSWORD, live: ImapAccount | None = None) -> Synced:
    accounts.connect(home, account)
    return syncing.sync(home, account, live or ImapAccount(wait=0), secret, now=lambda: 1_770_000_000)


def subjects(home: Home) -> list[str]:
    connection = connect()
    add_facts(connection, ledger.snapshot(home).files())
    return [s for (s,) in connection.execute("SELECT subject FROM events ORDER BY subject").fetchall()]


def test_all_folders_come_in_but_junk_and_bin_and_then_only_what_is_new(server: Server, home: Home) -> None:
    server.put("INBOX", letter(1), letter(2))
    server.put("Sent", letter(3))
    server.put("Projekte/Überblick", letter(4))
    server.put("Junk", letter(5))
    server.put("Trash", letter(6))
    first = sync(home, server.account)
    assert first.status.ok, first.status.said
    assert subjects(home) == ["Letter 1", "Letter 2", "Letter 3", "Letter 4"]
    assert {name: told for name, told in first.status.folders.items() if told[0]} == {
        "INBOX": (2, 2), "Sent": (1, 1), "Projekte/Überblick": (1, 1),
    }  # fmt: skip
    server.put("INBOX", letter(7))
    again = sync(home, server.account)
    assert sum(c.read for record in again.imports for c in record.counts.values()) == 1
    assert subjects(home) == ["Letter 1", "Letter 2", "Letter 3", "Letter 4", "Letter 7"]
    assert sync(home, server.account).imports == ()


def test_what_lies_among_the_sent_mail_is_known_as_sent(server: Server, home: Home) -> None:
    server.put("Sent", letter(1))
    sync(home, server.account)
    connection = connect()
    add_facts(connection, ledger.snapshot(home).files())
    assert connection.execute("SELECT folder FROM events").fetchall() == [("sent",)]


def test_a_folder_that_was_numbered_anew_is_read_again_and_nothing_is_doubled(server: Server, home: Home) -> None:
    server.put("Work", letter(1), letter(2))
    sync(home, server.account)
    server.make_anew("Work")
    server.put("Work", letter(1), letter(2), letter(3))
    again = sync(home, server.account)
    counts = [record.counts["events"] for record in again.imports]
    assert (sum(c.new for c in counts), sum(c.known for c in counts)) == (1, 2)


def test_what_is_deleted_on_the_server_stays_here_and_the_counts_agree(server: Server, home: Home) -> None:
    server.put("INBOX", letter(1), letter(2), letter(3))
    sync(home, server.account)
    server.delete("INBOX", 2)
    done = sync(home, server.account)
    assert done.status.folders["INBOX"] == (2, 2)
    assert subjects(home) == ["Letter 1", "Letter 2", "Letter 3"]


def test_a_line_that_breaks_is_taken_up_again_and_nothing_is_lost_or_doubled(server: Server, home: Home) -> None:
    server.put("INBOX", *(letter(n, extra="x" * 20_000) for n in range(150)))
    with Relay(int(server.settings["port"]), cut_after=[300_000, 900_000]) as port:
        account = Account("imap:ana@home.example", "imap", "me", 0, {**server.settings, "port": str(port)})
        done = sync(home, account)
    assert done.status.ok, done.status.said
    assert len(subjects(home)) == len(set(subjects(home))) == 150


def test_a_line_that_always_breaks_ends_in_a_sentence_and_the_next_sync_goes_on(server: Server, home: Home) -> None:
    server.put("INBOX", *(letter(n, extra="x" * 20_000) for n in range(60)))
    with Relay(int(server.settings["port"]), cut_after=[200_000] * 50) as port:
        account = Account("imap:ana@home.example", "imap", "me", 0, {**server.settings, "port": str(port)})
        done = sync(home, account)
    assert not done.status.ok
    assert "broke off" in done.status.said
    assert "it goes on where it was" in done.status.said
    assert sync(home, server.account).status.ok
    assert len(subjects(home)) == 60


def test_what_cannot_be_is_told_in_words(server: Server, home: Home) -> None:
    wrong = sync(home, server.account, "wrong horse")
    assert not wrong.status.ok
    assert "does not accept the password of ana@home.example" in wrong.status.said
    assert "wrong horse" not in wrong.status.said
    nowhere = Account("imap:x", "imap", "me", 0, {**server.settings, "port": str(free_port())})
    assert "takes no connection on that port" in sync(home, nowhere).status.said
    unknown = Account("imap:y", "imap", "me", 0, {**server.settings, "host": "nowhere.invalid", "security": "tls"})
    assert "No server nowhere.invalid can be found" in sync(home, unknown).status.said
    plain = Account("imap:z", "imap", "me", 0, {**server.settings, "host": "imap.example"})
    with pytest.raises(AccountError, match="without encryption"):
        ImapAccount().check(plain, "x")


def test_check_counts_and_changes_nothing(server: Server) -> None:
    server.put("INBOX", letter(1), letter(2))
    assert ImapAccount().check(server.account, PASSWORD).startswith("2 messages in ")
