"""The Gmail API against a server that speaks it: everything once, then what is new, through limits, losses and lies."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.accounts.api_server import Asked, Said, said
from tests.accounts.gmail_server import USER, Gmail, error, gmail
from tests.accounts.test_imap import letter, subjects

from weakties import syncing
from weakties.accounts import api
from weakties.accounts.gmail import GmailAccount
from weakties.errors import AccountError
from weakties.facts import accounts, ledger
from weakties.facts.accounts import Account
from weakties.facts.engine import add_facts, connect
from weakties.facts.home import Home
from weakties.syncing import Synced

ANA = Account(f"gmail:{USER}", "gmail", "me", 0, {"user": USER})

pytestmark = pytest.mark.usefixtures("alone")


@pytest.fixture
def server() -> Iterator[Gmail]:
    with gmail() as found:
        yield found


def live(server: Gmail, kept: list[str] | None = None) -> GmailAccount:
    keep = kept.append if kept is not None else lambda _: None
    return GmailAccount(keep=keep, api=f"{server.url}/gmail/v1/users/me", provider=server.provider, wait=0)


def sync(home: Home, server: Gmail, secret: str = "") -> Synced:
    accounts.connect(home, ANA)
    return syncing.sync(home, ANA, live(server), secret or server.grant(), now=lambda: 1_770_000_000)


def named(*numbers: int) -> list[str]:
    return sorted(f"Letter {number}" for number in numbers)


def test_everything_comes_in_but_spam_bin_drafts_and_chats_and_then_only_what_is_new(
    server: Gmail, home: Home, helpers: None
) -> None:
    for number in range(8):
        server.put(letter(number), at=number)
    for label in ("SPAM", "TRASH", "DRAFT", "CHAT"):
        server.put(letter(90), label)
    server.put(letter(8), "SENT")
    first = sync(home, server)
    assert first.status.ok, first.status.said
    assert subjects(home) == named(*range(9))
    assert first.status.folders == {"All Mail": (9, 9)}
    assert len(server.fetched) == 9
    connection = connect()
    add_facts(connection, ledger.snapshot(home).files())
    sent = connection.execute("SELECT subject FROM events WHERE folder = 'sent'").fetchall()
    assert sent == [("Letter 8",)]
    for number in range(10, 15):
        server.put(letter(number), at=20)
    server.put(letter(91), "DRAFT")
    again = sync(home, server)
    assert again.status.folders == {"All Mail": (14, 14)}
    assert subjects(home) == named(*range(9), *range(10, 15))
    assert len(server.fetched) == 14
    assert sync(home, server).imports == ()


def test_the_same_letter_by_another_road_is_one_event(server: Gmail, home: Home) -> None:
    server.put(letter(1))
    server.put(letter(1))
    done = sync(home, server)
    assert [(c.new, c.known) for record in done.imports if (c := record.counts["events"])] == [(1, 1)]


def test_a_mailbox_in_which_only_marks_change_makes_no_imports(server: Gmail, home: Home) -> None:
    name = server.put(letter(1))
    sync(home, server)
    server.move(name, loses=("UNREAD",))
    server.move(name, gains=("STARRED",))
    done = sync(home, server)
    assert (done.status.ok, done.imports) == (True, ())


def test_what_leaves_the_spam_comes_in_and_what_goes_to_the_bin_is_not_counted_any_more(
    server: Gmail, home: Home
) -> None:
    names = [server.put(letter(number)) for number in range(4)]
    spam = server.put(letter(5), "SPAM")
    sync(home, server)
    server.move(spam, gains=("INBOX",), loses=("SPAM",))
    server.move(names[0], gains=("TRASH",), loses=("INBOX",))
    server.delete(names[1])
    done = sync(home, server)
    assert done.status.folders == {"All Mail": (3, 3)}
    # What is gone there stays here.
    assert subjects(home) == named(0, 1, 2, 3, 5)


def test_a_forgotten_history_costs_a_list_and_what_is_new(server: Gmail, home: Home) -> None:
    for number in range(12):
        server.put(letter(number), at=number * 40)
    sync(home, server)
    server.fetched.clear()
    new = [server.put(letter(20), at=600), server.put(letter(21), at=640)]
    server.forget()
    done = sync(home, server)
    assert done.status.ok, done.status.said
    assert sorted(server.fetched) == sorted(new)
    assert done.status.folders == {"All Mail": (14, 14)}
    server.put(letter(22), at=641)
    assert sync(home, server).status.folders == {"All Mail": (15, 15)}
    assert subjects(home) == named(*range(12), 20, 21, 22)


def test_killed_anywhere_it_goes_on_and_ends_as_a_whole_reading_does(
    server: Gmail, home: Home, helpers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "_RECORDS_IN_PART", 4)
    monkeypatch.setattr(api, "_MESSAGES_IN_BATCH", 2)
    for number in range(24):
        server.put(letter(number), at=number * 5)
    secret, runs = server.grant(), 0
    while True:
        runs += 1
        done = syncing.sync(home, ANA, Killed(live(server), parts=1), secret, now=lambda: 1_770_000_000)
        if done.status.ok:
            break
        # What comes in meanwhile is neither lost nor doubled.
        if runs < 4:
            server.put(letter(100 + runs), at=200)
    assert runs > 5
    assert sorted(set(subjects(home))) == named(*range(24), 101, 102, 103)
    final = sync(home, server, secret)
    assert final.imports == ()
    assert final.status.folders == {"All Mail": (27, 27)}


def test_what_comes_into_weeks_that_were_read_in_part_is_not_passed_over(
    server: Gmail, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "_RECORDS_IN_PART", 4)
    monkeypatch.setattr(api, "_MESSAGES_IN_BATCH", 2)
    for number in range(12):
        server.put(letter(number))
    secret = server.grant()
    syncing.sync(home, ANA, Killed(live(server), parts=1), secret, now=lambda: 1_770_000_000)
    server.put(letter(50))
    assert sync(home, server, secret).status.folders == {"All Mail": (13, 13)}
    assert sorted(set(subjects(home))) == named(*range(12), 50)
    # Where nothing came, what was read is not asked for again.
    server.forget()
    names = [server.put(letter(number)) for number in range(60, 72)]
    syncing.sync(home, ANA, Killed(live(server), parts=1), secret, now=lambda: 1_770_000_000)
    server.fetched.clear()
    assert sync(home, server, secret).status.ok
    assert set(server.fetched).isdisjoint(names[-4:])
    assert sorted(set(subjects(home))) == named(*range(12), 50, *range(60, 72))


class Killed:
    """An account whose reading ends after some parts, as if the power had failed."""

    kind, reader = GmailAccount.kind, GmailAccount.reader

    def __init__(self, inner: GmailAccount, *, parts: int) -> None:
        self.inner = inner
        self.left = parts

    check = GmailAccount.check

    def parts(self, *args):  # type: ignore[no-untyped-def]
        for part in self.inner.parts(*args):
            if self.left == 0 and part.extracts:
                raise AccountError("Killed.")
            self.left -= bool(part.extracts)
            yield part


def test_limits_are_waited_for(server: Gmail, home: Home) -> None:
    for number in range(6):
        server.put(letter(number))
    server.says = [
        ("/messages/", error(429, "rateLimitExceeded")),
        ("/messages/", error(403, "userRateLimitExceeded")),
        ("/messages/", error(500, "backendError")),
        ("/messages", error(503, "backendError")),
        ("/profile", error(403, "rateLimitExceeded")),
    ]
    done = sync(home, server)
    assert (done.status.ok, server.says) == (True, [])
    assert len(subjects(home)) == 6


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (error(403, "dailyLimitExceeded"), "localhost gives this client nothing more today. Sync again tomorrow"),
        (error(429, "rateLimitExceeded", Retry_After="1800"), "localhost asks for patience. Sync again in 30 minutes."),
        (error(403, "accessNotConfigured"), "localhost is not switched on for this client. Enable the Gmail API"),
        (error(403, "insufficientPermissions"), "localhost does not let this client read mail. Connect again"),
        (error(403, "domainPolicy"), "localhost may not give this client anything. Ask those"),
        (error(400, "failedPrecondition"), "localhost has no mailbox for this user."),
        (error(400, "badRequest"), "localhost says no (400, badRequest)."),
        (said(200, []), "What localhost sends cannot be read."),
        (said(200, {"historyId": {}}), "What localhost sends cannot be read."),
        ((200, {}, b"[" * 100_000), "What localhost sends cannot be read."),
        ((200, {}, b"<html>Sign in to the hotel's network"), "What localhost sends cannot be read."),
        ((302, {"Location": "http://elsewhere.example/"}, b""), "We are sent on to elsewhere.example"),
    ],
)
def test_what_is_refused_is_told_in_a_sentence(server: Gmail, home: Home, answer: Said, sentence: str) -> None:
    server.says = [("/profile", answer)]
    done = sync(home, server)
    assert not done.status.ok
    assert sentence in done.status.said
    assert "No, ana" not in done.status.said


def test_a_limit_in_the_middle_keeps_what_came_before_and_says_how_much(server: Gmail, home: Home) -> None:
    for number in range(30):
        server.put(letter(number))

    def enough(asked: Asked) -> None:
        if len(server.fetched) >= 20:
            server.says = [("/messages/", error(403, "dailyLimitExceeded"))]

    server.meanwhile = enough
    done = sync(home, server)
    expected, stored = done.status.folders["All Mail"]
    assert (done.status.ok, expected, 0 < stored < 30) == (False, 30, True)
    assert len(subjects(home)) == stored
    server.meanwhile, server.says = lambda asked: None, []
    server.fetched.clear()
    assert sync(home, server).status.folders == {"All Mail": (30, 30)}
    assert len(server.fetched) == 30 - stored


def test_access_that_runs_out_is_made_anew_and_one_that_was_withdrawn_is_told(server: Gmail, home: Home) -> None:
    for number in range(20):
        server.put(letter(number))
    server.house.expires_after = 8
    secret = server.grant()
    assert sync(home, server, secret).status.ok
    assert len(subjects(home)) == 20
    server.house.withdraw()
    done = sync(home, server, secret)
    assert done.status.said == (
        "Google does not let us in any more: the access was withdrawn or has run out (invalid_grant, AADSTS700082). "
        "Connect the account again. In testing, seven days."
    )


def test_a_token_that_is_never_taken_ends_in_a_sentence(server: Gmail, home: Home) -> None:
    server.says = [("/profile", error(401, "authError"))] * 9
    assert "localhost does not take our access. Connect the account again." in sync(home, server).status.said


def test_a_new_refresh_token_is_kept_before_it_is_used(server: Gmail) -> None:
    server.house.rotates = True
    kept: list[str] = []
    server.meanwhile = lambda asked: kept.append("asked")
    live(server, kept).check(ANA, server.grant())
    assert json.loads(kept[0])["refresh"] in server.house.refresh
    assert kept[1:] == ["asked"]


def test_a_message_that_is_not_given_is_missed_and_asked_for_again(server: Gmail, home: Home) -> None:
    names = [server.put(letter(number)) for number in range(5)]
    server.says = [(f"/messages/{names[2]}", error(500, "backendError"))] * 7
    done = sync(home, server)
    assert (done.status.ok, done.status.folders) == (True, {"All Mail": (5, 4)})
    assert "4 of the server's 5 records have been read; the next sync looks for the rest." in done.status.said
    assert sync(home, server).status.folders == {"All Mail": (5, 5)}
    assert subjects(home) == named(*range(5))


def test_messages_that_are_never_given_keep_nobody_from_what_is_new(
    server: Gmail, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "_TRIES", 1)
    bad = [server.put(letter(number)) for number in range(50)]
    for number in range(50, 54):
        server.put(letter(number))

    def never(asked: Asked) -> None:
        if asked.path.rpartition("/")[2] in bad:
            server.says = [*server.says, (f"/messages/{asked.path.rpartition('/')[2]}", error(500, "backendError"))]

    server.meanwhile = never
    secret = server.grant()
    ended = [sync(home, server, secret).status for _ in range(4)]
    assert [status.ok for status in ended] == [False, False, True, True]
    assert ended[-1].folders == {"All Mail": (54, 4)}
    server.put(letter(54))
    assert sync(home, server, secret).status.folders == {"All Mail": (55, 5)}
    # Once they are given, all of them come in.
    server.meanwhile = lambda asked: None
    assert sync(home, server, secret).status.folders == {"All Mail": (55, 55)}


def test_what_goes_between_list_and_question_is_no_record(server: Gmail, home: Home) -> None:
    names = [server.put(letter(number)) for number in range(5)]

    def gone(asked: Asked) -> None:
        if "/messages/" in asked.path and names[0] in server.messages:
            server.delete(names[0])
            server.move(names[1], gains=("TRASH",), loses=("INBOX",))

    server.meanwhile = gone
    done = sync(home, server)
    assert (done.status.ok, done.status.folders) == (True, {"All Mail": (3, 3)})
    assert sum(c.rejected for record in done.imports for c in record.counts.values()) == 0


def test_a_message_that_cannot_be_decoded_is_rejected_and_the_others_are_read(server: Gmail, home: Home) -> None:
    names = [server.put(letter(number)) for number in range(3)]
    server.says = [
        (f"/messages/{names[0]}", said(200, {"id": names[0], "raw": "this is no base64!"})),
        (f"/messages/{names[1]}", said(200, {"id": names[1], "raw": 7, "labelIds": "INBOX"})),
    ]
    done = sync(home, server)
    assert done.status.ok
    assert sum(c.rejected for record in done.imports for c in record.counts.values()) == 2
    assert subjects(home) == named(2)


def test_ids_that_are_none_are_asked_for_nowhere(server: Gmail, home: Home) -> None:
    server.says = [("/messages", said(200, {"messages": [{"id": "../../../token"}]}))] * 9
    assert "What localhost sends cannot be read." in sync(home, server).status.said
    server.says = [("/messages", said(200, {"messages": "all", "nextPageToken": 5}))]
    assert sync(home, server).status.ok


def test_another_mailbox_than_was_asked_for_is_not_connected(server: Gmail) -> None:
    server.address = "ben@glass.example"
    with pytest.raises(
        AccountError, match=r"You signed in as ben@glass.example, and want the mail of ana@home.example."
    ):
        live(server).check(ANA, server.grant())
    server.address = "Ana.Lopez@gmail.com"
    whose = Account("gmail:x", "gmail", "me", 0, {"user": "analopez@googlemail.com"})
    assert live(server).check(whose, server.grant()) == "0 messages of analopez@googlemail.com at Gmail."


def test_what_is_secret_is_said_nowhere(
    server: Gmail, home: Home, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    server.put(letter(1))
    server.house.rotates = True
    secret = server.grant()
    done = [sync(home, server, secret), sync(home, server, secret), sync(home, server, "no grant, but a password")]
    assert [one.status.ok for one in done] == [True, False, False]
    assert "What is kept of this account's access cannot be read." in done[2].status.said
    told = caplog.text + repr(done) + "".join(one.status.said for one in done)
    held = b"".join(path.read_bytes() for path in home.path.rglob("*") if path.is_file())
    for word in ("refresh-", "access-", "secret-of-the-client", "no grant"):
        assert word not in told
        assert word.encode() not in held
