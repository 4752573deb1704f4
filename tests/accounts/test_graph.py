"""Microsoft Graph against a server that speaks it: every folder once, then what is new, through limits, losses and lies."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from tests.accounts.api_server import Asked, Said, said
from tests.accounts.graph_server import USER, Graph, error, graph
from tests.accounts.test_imap import letter, subjects

from weakties import syncing
from weakties.accounts import Part, api
from weakties.accounts.graph import GraphAccount
from weakties.errors import AccountError
from weakties.facts import accounts, ledger
from weakties.facts.accounts import Account
from weakties.facts.engine import add_facts, connect
from weakties.facts.home import Home
from weakties.sources import ReadOptions
from weakties.syncing import Synced

ANA = Account(f"microsoft:{USER}", "microsoft", "me", 0, {"user": USER, "tenant": "common"})

pytestmark = pytest.mark.usefixtures("alone")


@pytest.fixture
def server() -> Iterator[Graph]:
    with graph() as found:
        yield found


class Keeping:
    """What an account is read with, and the grant that is kept of it."""

    def __init__(self, server: Graph) -> None:
        self.server = server
        self.secret = server.grant()

    def live(self) -> GraphAccount:
        return GraphAccount(keep=self.keep, api=f"{self.server.url}/v1.0", provider=self.server.provider, wait=0)

    def keep(self, secret: str) -> None:
        self.secret = secret

    def sync(self, home: Home, killed_after: int | None = None) -> Synced:
        accounts.connect(home, ANA)
        live = self.live() if killed_after is None else Killed(self.live(), killed_after)
        return syncing.sync(home, ANA, live, self.secret, now=lambda: 1_770_000_000)


class Killed:
    """An account whose reading ends after some parts, as if the power had failed."""

    kind, reader = GraphAccount.kind, GraphAccount.reader

    def __init__(self, inner: GraphAccount, parts: int) -> None:
        self.inner = inner
        self.left = parts

    def check(self, account: Account, secret: str) -> str:
        return self.inner.check(account, secret)

    def parts(self, account: Account, secret: str, cursor: Mapping[str, Any], options: ReadOptions) -> Iterator[Part]:
        for part in self.inner.parts(account, secret, cursor, options):
            if self.left == 0 and part.extracts:
                raise AccountError("Killed.")
            self.left -= bool(part.extracts)
            yield part


@pytest.fixture
def ana(server: Graph) -> Keeping:
    return Keeping(server)


def named(*numbers: int) -> list[str]:
    return sorted(f"Letter {number}" for number in numbers)


def told(done: Synced) -> dict[str, tuple[int, int]]:
    return {name: counts for name, counts in done.status.folders.items() if counts != (0, 0)}


def test_all_folders_come_in_but_junk_bin_and_drafts_and_then_only_what_is_new(
    server: Graph, home: Home, ana: Keeping, helpers: None
) -> None:
    server.make("Projekte")
    server.make("Überblick", "Projekte")
    server.make("Alt", "Gelöscht")
    for number in range(7):
        server.put("Posteingang", letter(number))
    server.put("Gesendet", letter(7))
    server.put("Überblick", letter(8))
    for folder in ("Junk-E-Mail", "Gelöscht", "Entwürfe", "Alt"):
        server.put(folder, letter(90))
    first = ana.sync(home)
    assert first.status.ok, first.status.said
    assert subjects(home) == named(*range(9))
    assert told(first) == {"Posteingang": (7, 7), "Gesendet": (1, 1), "Projekte/Überblick": (1, 1)}
    connection = connect()
    add_facts(connection, ledger.snapshot(home).files())
    assert connection.execute("SELECT subject FROM events WHERE folder = 'sent'").fetchall() == [("Letter 7",)]
    server.put("Posteingang", letter(10))
    server.put("Projekte", letter(11))
    again = ana.sync(home)
    assert len(server.fetched) == 11
    assert told(again)["Posteingang"] == (8, 8)
    assert subjects(home) == named(*range(9), 10, 11)
    quiet = ana.sync(home)
    assert (quiet.imports, "All 11 records on the server have been read." in quiet.status.said) == ((), True)


def test_what_is_taken_away_there_stays_here(server: Graph, home: Home, ana: Keeping) -> None:
    names = [server.put("Posteingang", letter(number)) for number in range(4)]
    ana.sync(home)
    server.take("Posteingang", names[1])
    done = ana.sync(home)
    assert (done.status.ok, done.imports, told(done)) == (True, (), {"Posteingang": (3, 3)})
    assert subjects(home) == named(0, 1, 2, 3)


def test_links_of_quiet_folders_are_renewed_where_an_import_is_made_anyway(
    server: Graph, home: Home, ana: Keeping
) -> None:
    gone = server.put("Gesendet", letter(1))
    server.put("Posteingang", letter(2))
    ana.sync(home)
    server.take("Gesendet", gone)
    assert ana.sync(home).imports == ()
    server.put("Posteingang", letter(3))
    assert len(ana.sync(home).imports) == 1
    links = [state["link"].rpartition(".")[2] for state in accounts.cursor_of(home, ANA)["folders"].values()]
    assert sorted(links) == ["2", "2"]


def test_a_link_that_has_run_out_begins_the_folder_anew_and_nothing_is_doubled(
    server: Graph, home: Home, ana: Keeping
) -> None:
    for number in range(5):
        server.put("Posteingang", letter(number))
    ana.sync(home)
    server.put("Posteingang", letter(5))
    server.epoch += 1
    done = ana.sync(home)
    assert (done.status.ok, told(done)) == (True, {"Posteingang": (6, 6)})
    counts = [record.counts["events"] for record in done.imports]
    assert (sum(c.new for c in counts), sum(c.known for c in counts)) == (1, 5)


def test_killed_anywhere_it_goes_on_and_ends_as_a_whole_reading_does(
    server: Graph, home: Home, ana: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "_RECORDS_IN_PART", 2)
    monkeypatch.setattr(api, "_MESSAGES_IN_BATCH", 2)
    server.page = 5
    for number in range(17):
        server.put("Posteingang" if number % 3 else "Gesendet", letter(number))
    runs = 0
    while not ana.sync(home, killed_after=1).status.ok:
        runs += 1
        if runs < 4:
            server.put("Posteingang", letter(100 + runs))
    assert runs > 5
    assert subjects(home) == named(*range(17), 101, 102, 103)
    assert ana.sync(home).imports == ()


def test_what_comes_to_the_front_of_a_page_that_was_read_in_part_is_not_passed_over(
    server: Graph, home: Home, ana: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "_RECORDS_IN_PART", 2)
    monkeypatch.setattr(api, "_MESSAGES_IN_BATCH", 2)
    server.page = 500
    names = [server.put("Posteingang", letter(number)) for number in range(8)]
    assert told(ana.sync(home, killed_after=2)) == {"Posteingang": (8, 4)}
    server.fetched.clear()
    assert told(ana.sync(home, killed_after=1)) == {"Posteingang": (8, 6)}
    assert set(server.fetched).isdisjoint(names[:4])
    log = server.folders["Posteingang"].log
    server.put("Posteingang", letter(50))
    log.insert(0, log.pop())
    assert told(ana.sync(home, killed_after=1)) == {"Posteingang": (9, 2)}
    assert told(ana.sync(home)) == {"Posteingang": (9, 9)}
    assert sorted(set(subjects(home))) == named(*range(8), 50)


def test_a_new_refresh_token_is_kept_each_time(server: Graph, home: Home, ana: Keeping) -> None:
    server.put("Posteingang", letter(1))
    seen = {ana.secret}
    for _ in range(3):
        assert ana.sync(home).status.ok
        seen.add(ana.secret)
    assert len(seen) == 4
    assert {json.loads(ana.secret)["refresh"]} == server.house.refresh


def test_limits_are_waited_for(server: Graph, home: Home, ana: Keeping) -> None:
    for number in range(6):
        server.put("Posteingang", letter(number))
    server.says = [
        ("$value", error(429, "ApplicationThrottled", Retry_After="0")),
        ("$value", error(503, "serviceNotAvailable")),
        ("$value", error(504, "UnknownError")),
        ("delta", error(429, "TooManyRequests")),
        ("mailFolders", error(500, "generalException")),
    ]
    done = ana.sync(home)
    assert (done.status.ok, server.says) == (True, [])
    assert len(subjects(home)) == 6


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (
            error(429, "ApplicationThrottled", Retry_After="600"),
            "localhost asks for patience. Sync again in 10 minutes.",
        ),
        (error(403, "ErrorAccessDenied"), "localhost does not let this client read mail. Connect again"),
        (error(404, "MailboxNotEnabledForRESTAPI"), "localhost has no mailbox for this user."),
        (error(400, "BadRequest"), "localhost says no (400, BadRequest)."),
        (said(200, {"value": [{"id": "../../../me"}]}), "What localhost sends cannot be read."),
        (
            said(200, {"value": {}, "@odata.nextLink": "https://evil.example/v1.0/x"}),
            "What localhost sends cannot be read.",
        ),
        (said(200, [1]), "What localhost sends cannot be read."),
        ((200, {}, b"\xff"), "What localhost sends cannot be read."),
        ((307, {"Location": "https://evil.example/"}, b""), "We are sent on to evil.example"),
    ],
)
def test_what_is_refused_is_told_in_a_sentence(
    server: Graph, home: Home, ana: Keeping, answer: Said, sentence: str
) -> None:
    server.says = [("me/mailFolders", answer)]
    done = ana.sync(home)
    assert not done.status.ok
    assert sentence in done.status.said
    assert "No, ana" not in done.status.said


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v1.0/me/x", "//evil.example/", 7, "", "/v1.0/me", "BASE.evil.example/x", "BASE@evil.example/x",
        "BASE/" + "x" * 5_000, "BASE/a\nb",
    ],
)  # fmt: skip
def test_a_link_that_leads_elsewhere_is_not_followed(server: Graph, home: Home, ana: Keeping, link: str | int) -> None:
    server.put("Posteingang", letter(1))
    followed = link.replace("BASE", f"{server.url}/v1.0") if isinstance(link, str) else link
    server.says = [("delta", said(200, {"value": [], "@odata.deltaLink": followed}))]
    assert "What localhost sends cannot be read." in ana.sync(home).status.said


def test_what_goes_between_list_and_question_is_no_record(server: Graph, home: Home, ana: Keeping) -> None:
    names = [server.put("Posteingang", letter(number)) for number in range(3)]

    def gone(asked: Asked) -> None:
        if asked.path.endswith("$value"):
            server.messages.pop(names[0], None)

    server.meanwhile = gone
    done = ana.sync(home)
    assert (done.status.ok, subjects(home)) == (True, named(1, 2))
    assert sum(c.rejected for record in done.imports for c in record.counts.values()) == 0


def test_a_folder_that_goes_meanwhile_keeps_nobody_from_the_others(server: Graph, home: Home, ana: Keeping) -> None:
    server.make("Alpha")
    server.put("Alpha", letter(1))
    server.put("Posteingang", letter(2))
    server.says = [(f"{server.folders['Alpha'].id}/messages/delta", error(404, "ErrorItemNotFound"))]
    done = ana.sync(home)
    assert (done.status.ok, subjects(home), told(done)["Alpha"]) == (True, named(2), (1, 0))


def test_a_message_that_is_not_given_is_missed_and_asked_for_again(server: Graph, home: Home, ana: Keeping) -> None:
    names = [server.put("Posteingang", letter(number)) for number in range(3)]
    server.says = [(f"{names[1]}/$value", error(500, "generalException"))] * 7
    done = ana.sync(home)
    assert (done.status.ok, told(done)) == (True, {"Posteingang": (3, 2)})
    assert told(ana.sync(home)) == {"Posteingang": (3, 3)}
    assert subjects(home) == named(0, 1, 2)


def test_a_server_that_gives_no_message_at_all_ends_in_a_sentence(server: Graph, home: Home, ana: Keeping) -> None:
    for number in range(30):
        server.put("Posteingang", letter(number))
    server.says = [("$value", error(503, "serviceNotAvailable"))] * 1_000
    done = ana.sync(home)
    assert not done.status.ok
    assert "localhost has trouble of its own (503)." in done.status.said
    server.says = []
    assert ana.sync(home).status.ok
    assert len(subjects(home)) == 30


def test_access_that_runs_out_is_made_anew_and_one_that_was_withdrawn_is_told(
    server: Graph, home: Home, ana: Keeping
) -> None:
    for number in range(12):
        server.put("Posteingang", letter(number))
    server.house.expires_after = 8
    assert ana.sync(home).status.ok
    assert len(subjects(home)) == 12
    server.house.withdraw()
    done = ana.sync(home)
    assert done.status.said == (
        "Microsoft does not let us in any more: the access was withdrawn or has run out (invalid_grant, AADSTS700082). "
        "Connect the account again."
    )


def test_check_tells_who_signed_in_and_what_is_there(server: Graph, ana: Keeping) -> None:
    server.put("Posteingang", letter(1))
    server.put("Junk-E-Mail", letter(2))
    assert ana.live().check(ANA, ana.secret) == f"1 message in 2 folders of {USER} at Microsoft."
    server.me = {"id": "8", "mail": None, "userPrincipalName": "ben@glass.example"}
    with pytest.raises(
        AccountError, match=r"You signed in as ben@glass.example, and want the mail of ana@home.example."
    ):
        ana.live().check(ANA, ana.secret)


def test_what_is_secret_is_said_nowhere(
    server: Graph, home: Home, ana: Keeping, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.put("Posteingang", letter(1))
    done = [ana.sync(home), ana.sync(home)]
    server.house.withdraw()
    done.append(ana.sync(home))
    said_of_it = caplog.text + repr(done)
    held = b"".join(path.read_bytes() for path in home.path.rglob("*") if path.is_file())
    for word in ("refresh-", "access-"):
        assert word not in said_of_it
        assert word.encode() not in held
