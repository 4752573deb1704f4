"""A live account is read part by part: nothing is lost, doubled or half-kept, wherever it is cut off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from weakties import syncing
from weakties.accounts import Part
from weakties.errors import AccountBusy, AccountError
from weakties.facts import accounts, ledger, whole
from weakties.facts.accounts import Account
from weakties.facts.home import Home
from weakties.facts.migrations import open_home
from weakties.facts.model import Event, Extract, Origin, Participation, event_id
from weakties.facts.scrub import GONE
from weakties.secrets import Secrets
from weakties.sources import ReadOptions
from weakties.syncing import Synced

ANA = Account("letters:ana", "letters", "me", 0, {"host": "letters.example"})


class Letters:
    """An account whose server holds numbered letters and gives them out three at a time."""

    kind = "letters"
    reader = 1

    def __init__(self, letters: int, *, fails_after: int | None = None, says: BaseException | None = None) -> None:
        self.letters = letters
        self.fails_after = fails_after
        self.says = says or AccountError("The server hung up.", hint="Try again later.")
        self.asked: list[int] = []

    def check(self, account: Account, secret: str) -> str:
        return f"{self.letters} letters."

    def parts(self, account: Account, secret: str, cursor: Mapping[str, Any], options: ReadOptions) -> Iterator[Part]:
        begin = int(cursor.get("seen", 0))
        self.asked.append(begin)
        for first in range(begin, self.letters, 3):
            last = min(first + 3, self.letters)
            if self.fails_after is not None and first >= self.fails_after:
                raise self.says
            yield Part([letter(n) for n in range(first, last)], {"seen": last}, {"INBOX": (self.letters, last)})
        if begin >= self.letters:
            yield Part([], dict(cursor), {"INBOX": (self.letters, begin)})


def letter(number: int) -> Extract:
    key = event_id("letter", str(number))
    event = Event(key, key, 1_700_000_000 + number, "letter", key, f"Letter {number}", Origin("INBOX", number), 1)
    people = [
        Participation(key, "email:ana@acme.example", "from", "Ana Lopez"),
        Participation(key, "email:me@me.example", "to"),
    ]
    return Extract(events=[event], participations=people)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = open_home(tmp_path / "home")
    accounts.connect(home, ANA)
    return home


def sync(home: Home, live: Letters, *, now: int = 1_750_000_000) -> Synced:
    return syncing.sync(home, ANA, live, "", now=lambda: now)


def kept(home: Home) -> list[int]:
    from weakties.facts.engine import add_facts, connect

    connection = connect()
    add_facts(connection, ledger.snapshot(home).files())
    return [n for (n,) in connection.execute('SELECT "offset" FROM events ORDER BY "offset"').fetchall()]


def test_everything_comes_in_once_and_then_only_what_is_new(home: Home) -> None:
    first = sync(home, Letters(7))
    assert (kept(home), first.status.ok) == (list(range(7)), True)
    assert first.status.said == "7 new records. All 7 records on the server have been read."
    again = sync(home, Letters(7))
    assert (again.imports, again.status.said) == ((), "Nothing new. All 7 records on the server have been read.")
    later = Letters(9)
    sync(home, later)
    assert (kept(home), later.asked) == (list(range(9)), [7])


def test_what_came_before_the_account_said_no_is_kept_and_the_next_sync_goes_on(home: Home) -> None:
    cut = sync(home, Letters(10, fails_after=6))
    assert (kept(home), cut.status.ok) == (list(range(6)), False)
    assert cut.status.said == "The server hung up. Try again later."
    on = Letters(10)
    assert sync(home, on).status.ok
    assert (kept(home), on.asked) == (list(range(10)), [6])


def test_a_sync_that_is_killed_between_parts_goes_on_behind_the_last_whole_one(home: Home) -> None:
    with pytest.raises(KeyboardInterrupt):
        sync(home, Letters(10, fails_after=3, says=KeyboardInterrupt()))
    assert kept(home) == [0, 1, 2]
    sync(home, Letters(10))
    assert kept(home) == list(range(10))


def test_the_cursor_survives_folding(home: Home) -> None:
    for day in range(4):
        sync(home, Letters(2 * day + 2), now=1_750_000_000 + 86_400 * day)
    ledger.compact(home, now=1_760_000_000)
    on = Letters(9)
    sync(home, on)
    assert (kept(home), on.asked) == (list(range(9)), [8])


def test_the_status_is_kept_with_the_account(home: Home) -> None:
    sync(home, Letters(4))
    ((account, status),) = accounts.connected(home)
    assert account == ANA
    assert status is not None
    assert (status.ok, status.folders) == (True, {"INBOX": (4, 4)})


def test_one_sync_of_an_account_at_a_time(home: Home) -> None:
    class Twice(Letters):
        def parts(
            self, account: Account, secret: str, cursor: Mapping[str, Any], options: ReadOptions
        ) -> Iterator[Part]:
            with pytest.raises(AccountBusy):
                sync(home, Letters(1))
            yield from super().parts(account, secret, cursor, options)

    assert sync(home, Twice(2)).status.ok


def test_two_owners_of_one_account_have_cursors_of_their_own(home: Home) -> None:
    sync(home, Letters(4))
    assert accounts.cursor_of(home, Account("letters:ana", "letters", "ben", 0)) == {}


def test_a_password_is_in_a_file_for_the_owner_alone_and_in_no_copy_of_the_home(home: Home, tmp_path: Path) -> None:
    secrets = Secrets(home.secrets, use_keyring=False)
    assert secrets.put("letters:ana", "hunter2") == str(home.secrets)
    assert home.secrets.stat().st_mode & 0o777 == 0o600
    assert (secrets.get("letters:ana"), secrets.get("letters:ben")) == ("hunter2", None)
    copy = tmp_path / "copy"
    copy.mkdir()
    with home.lock("facts"):
        whole.copy(home, copy)
    assert not any(b"hunter2" in p.read_bytes() for p in copy.rglob("*") if p.is_file())
    secrets.drop("letters:ana")
    assert not home.secrets.exists()


@pytest.mark.parametrize("text", ["", "not json", "[1]", '{"a": 1}'])
def test_a_damaged_file_of_passwords_holds_none(home: Home, text: str) -> None:
    home.secrets.write_text(text)
    assert Secrets(home.secrets, use_keyring=False).get("letters:ana") is None


def test_doctor_names_accounts_that_are_not_read(home: Home) -> None:
    from weakties import doctor
    from weakties.config import Settings

    def said() -> list[tuple[str, str]]:
        found = doctor.examine(home, Settings(), now=1_750_000_000 + 86_400)
        return [(f.what, f.fix) for f in found if "letters:ana" in f.what]

    assert said() == [("letters:ana was connected and never read.", "weakties sync letters:ana")]
    sync(home, Letters(4, fails_after=0))
    assert said() == [
        ("letters:ana could not be read: The server hung up. Try again later.", "weakties sync letters:ana")
    ]
    sync(home, Letters(4))
    assert said() == [("letters:ana: 4 new records. All 4 records on the server have been read.", "")]
    sync(home, Letters(4), now=1_700_000_000)
    assert said()[0][0].startswith("letters:ana was last read 579 days ago")


def test_a_folder_that_is_called_after_somebody_is_forgotten_with_them(home: Home) -> None:
    from weakties.config import Settings
    from weakties.workspace import Workspace

    sync(home, Letters(4))
    accounts.note(home, ANA.id, accounts.Status(1, ok=True, said="Read.", folders={"Ana Lopez": (4, 4)}))
    space = Workspace(home, Settings(me=("me@me.example",)))
    assert space.forget(space.to_forget("ana@acme.example").marks) == []
    assert accounts.connected(home)[0][1] is None


def test_the_status_of_a_later_sync_names_nobody_who_was_forgotten(home: Home) -> None:
    from weakties.config import Settings
    from weakties.workspace import Workspace

    class Named(Letters):
        def parts(self, *args: Any) -> Iterator[Part]:
            for part in super().parts(*args):
                yield Part(part.extracts, part.cursor, {**part.folders, "Ana Lopez": (2, 1), "ANA LOPEZ": (3, 3)})
            raise AccountError("The server did not open Old/Ana Lopez.", hint="Look at it.")

    sync(home, Letters(4))
    space = Workspace(home, Settings(me=("me@me.example",)))
    assert space.forget(space.to_forget("ana@acme.example").marks) == []
    status = sync(home, Named(7)).status
    assert status == accounts.connected(home)[0][1]
    assert status.folders == {"INBOX": (7, 7), GONE: (5, 4)}
    assert status.said == f"The server did not open Old/{GONE}. Look at it."
    assert sync(home, Letters(7)).status.said == "Nothing new. All 7 records on the server have been read."
