"""connect and sync as they are typed, against real servers."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.accounts.dav_server import PASSWORD, USER, Radicale, answering, radicale
from tests.accounts.test_dav import card, entry

from weakties.cli.main import run
from weakties.facts.home import Home
from weakties.syncing import _short

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Say:
    """Type a command; return its exit code and what it said on both streams. No test touches the keyring of who runs it."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")

    def type_in(*words: str) -> tuple[int, str, str]:
        code = run(["--home", str(tmp_path / "home"), *words])
        out, err = capsys.readouterr()
        return code, out, err

    return type_in


@pytest.fixture
def server() -> Iterator[Radicale]:
    with radicale() as found:
        found.make("people", "People")
        found.make("work", "Work", calendar=True)
        found.put("people/0.vcf", card(0))
        found.put("work/0.ics", entry(0))
        yield found


def test_calendars_and_address_books_are_connected_and_read(say: Say, server: Radicale, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(PASSWORD + "\n", encoding="utf-8")
    words = (server.url, "--user", USER, "--password-file", str(tmp_path / "password"))
    code, out, err = say("connect", "carddav", *words)
    assert (code, err) == (0, ""), out
    assert "1 card on localhost, in People." in out
    assert "secrets.json" in out
    assert say("connect", "caldav", *words)[0] == 0
    code, out, _ = say("sync", "--json")
    told = json.loads(out)
    assert code == 0
    address = f"localhost:{server.port}/{USER}"
    assert {one["id"]: one["status"]["folders"] for one in told["accounts"]} == {
        f"carddav:{address}": {"People": {"expected": 1, "stored": 1}},
        f"caldav:{address}": {"Work": {"expected": 1, "stored": 1}},
    }
    code, out, _ = say("sync", f"caldav:{address}")
    assert out.startswith(f"caldav:{address}: Nothing new.")
    assert say("connect", "drop", f"caldav:{address}")[0] == 0
    assert f"caldav:{address}" not in say("connect")[1]


def test_nothing_is_connected_that_does_not_work(
    say: Say, server: Radicale, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("wrong horse\n"))
    code, out, err = say("connect", "carddav", server.url, "--user", USER, "--password-file", "-")
    assert (code, out) == (1, "")
    assert "does not accept the password" in err
    assert "wrong horse" not in err
    code, _, err = say("connect", "carddav", server.url, "--password-file", "-")
    assert (code, "Give --user NAME." in err) == (2, True)
    code, _, err = say("connect", "carddav", USER, "--password-file", str(tmp_path / "nowhere"))
    assert (code, "cannot be read: " in err) == (2, True)
    assert "No account is connected." in say("connect")[1]


def test_a_feed_and_a_folder_need_no_password(say: Say, tmp_path: Path) -> None:
    rss = (
        b'<?xml version="1.0"?><rss version="2.0"><channel><item><title>The lens</title>'
        b"<link>https://blog.example/1</link></item></channel></rss>"
    )
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "people.vcf").write_text(card(1), encoding="utf-8")
    with answering(lambda method, path, body: (200, {}, rss)) as url:
        code, out, _ = say("connect", "feed", f"feed:{url}/rss")
        assert (code, "1 article on localhost." in out, "password" in out) == (0, True, False)
        code, out, _ = say("connect", "folder", str(drop))
        assert (code, "1 file or folder waits in " in out) == (0, True)
        assert not (tmp_path / "home" / "secrets.json").exists()
        name = f"feed:{url.partition('://')[2]}/rss"
        code, out, _ = say("sync", name)
        said = " ".join(out.split())
        assert (code, said) == (0, f"{name}: 1 new records. All 1 records on the server have been read.")
    code, _, err = say("connect", "folder", str(tmp_path))
    assert (code, "The home of weakties lies in" in err) == (2, True)


def test_an_account_that_is_being_read_keeps_no_other_from_it(say: Say, tmp_path: Path) -> None:
    names = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        assert say("connect", "folder", str(folder))[0] == 0
        names.append(f"folder:{folder}")
    home = Home(tmp_path / "home")
    with home.lock(f"sync-{_short(names[0])}"):
        code, out, _ = say("sync", "--json")
    told = json.loads(out)
    assert (code, told["busy"], [one["id"] for one in told["accounts"]]) == (1, [names[0]], [names[1]])
