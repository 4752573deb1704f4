"""connect and sync as they are typed, against real servers."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.accounts.dav_server import PASSWORD, USER, Radicale, radicale
from tests.accounts.test_dav import card, entry

from weakties.cli.main import run

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
    assert (code, "The password cannot be read from" in err) == (2, True)
    assert "No account is connected." in say("connect")[1]
