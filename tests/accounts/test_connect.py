"""connect and sync as they are typed, against real servers."""

from __future__ import annotations

import io
import json
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import httpx
import pytest
from tests.accounts.api_server import CLIENT, CLIENT_SECRET
from tests.accounts.dav_server import PASSWORD, USER, Radicale, answering, radicale
from tests.accounts.gmail_server import USER as GOOGLE_USER
from tests.accounts.gmail_server import Gmail, gmail
from tests.accounts.graph_server import USER as MICROSOFT_USER
from tests.accounts.graph_server import Graph, graph
from tests.accounts.test_dav import card, entry
from tests.accounts.test_imap import letter

from weakties.cli.main import run
from weakties.facts import whole
from weakties.facts.home import Home
from weakties.secrets import Secrets
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
        assert (code, said) == (0, f"{name}: 1 new record. The one record on the server has been read.")
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


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A browser in which the user agrees to everything; the addresses that it was told to open."""
    opened: list[str] = []

    def agree(url: str) -> bool:
        opened.append(url)
        asking = {"follow_redirects": True, "trust_env": False}
        threading.Thread(target=lambda: httpx.get(url, **asking)).start()  # type: ignore[arg-type]
        return True

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("weakties.cli.live.webbrowser.open", agree)
    return opened


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gmail]:
    with gmail() as found:
        monkeypatch.setattr("weakties.accounts.oauth.GOOGLE", found.provider)
        monkeypatch.setattr("weakties.accounts.gmail.GOOGLE", found.provider)
        monkeypatch.setattr("weakties.accounts.gmail.GmailAccount.base", f"{found.url}/gmail/v1/users/me")
        yield found


@pytest.fixture
def outlook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Graph]:
    with graph() as found:
        monkeypatch.setattr("weakties.accounts.oauth._MICROSOFT", found.url)
        monkeypatch.setattr("weakties.accounts.graph.GraphAccount.base", f"{found.url}/v1.0")
        yield found


@pytest.fixture
def client_file(tmp_path: Path) -> str:
    file = tmp_path / "client_secret.json"
    file.write_text(json.dumps({"installed": {"client_id": CLIENT, "client_secret": CLIENT_SECRET}}), encoding="utf-8")
    return str(file)


def held(tmp_path: Path, name: str) -> str:
    """Return the refresh token that is kept of an account."""
    secrets = json.loads((tmp_path / "home" / "secrets.json").read_text(encoding="utf-8"))
    return str(json.loads(secrets[name])["refresh"])


def test_gmail_is_signed_in_to_by_a_browser_and_read(
    say: Say, google: Gmail, browser: list[str], client_file: str, tmp_path: Path
) -> None:
    google.put(letter(1))
    code, out, err = say("connect", "gmail", GOOGLE_USER, "--client-file", client_file)
    assert (code, err) == (0, ""), out
    assert "1 message of ana@home.example at Gmail." in out
    assert "The access is in " in out
    # What is to be copied is whole.
    assert browser[0] in out.splitlines()
    asked = httpx.URL(browser[0]).params
    assert (asked["login_hint"], asked["access_type"], asked["prompt"]) == (GOOGLE_USER, "offline", "consent")
    assert (tmp_path / "home" / "secrets.json").stat().st_mode & 0o777 == 0o600
    code, out, _ = say("sync", "--json")
    one = json.loads(out)["accounts"][0]
    assert (code, one["status"]["folders"]) == (0, {"All Mail": {"expected": 1, "stored": 1}})
    secret = held(tmp_path, f"gmail:{GOOGLE_USER}")
    told = out + say("connect", "--json")[1] + say("config", "show")[1] + say("doctor")[1] + say("imports")[1]
    assert secret not in told
    assert CLIENT_SECRET not in told
    home = Home(tmp_path / "home")
    (tmp_path / "copy").mkdir()
    with home.lock("facts"):
        whole.copy(home, tmp_path / "copy")
    copied = b"".join(path.read_bytes() for path in (tmp_path / "copy").rglob("*") if path.is_file())
    assert secret.encode() not in copied
    assert CLIENT_SECRET.encode() not in copied
    google.house.withdraw()
    code, out, _ = say("sync")
    assert (code, "Google does not let us in any more" in " ".join(out.split())) == (1, True)


def test_no_browser_is_opened_where_none_is_wanted_and_nothing_is_kept_without_one(
    say: Say, google: Gmail, browser: list[str], client_file: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("weakties.accounts.loopback.by_browser.__kwdefaults__", {"seconds": 0.01, "wait": 0})
    code, out, err = say("connect", "gmail", GOOGLE_USER, "--client-file", client_file, "--no-browser")
    assert (code, browser, "code_challenge=" in out) == (1, [], True)
    assert "Nobody came back from Google in time." in err
    assert not (tmp_path / "home" / "secrets.json").exists()
    code, _, err = say("connect", "gmail", GOOGLE_USER, "--client-file", str(tmp_path / "nowhere"))
    assert (code, "cannot be read" in err) == (2, True)


def test_the_access_to_microsoft_is_another_one_after_each_sync(
    say: Say, outlook: Graph, browser: list[str], tmp_path: Path
) -> None:
    outlook.put("Posteingang", letter(1))
    code, out, err = say("connect", "microsoft", MICROSOFT_USER, "--client-id", CLIENT, "--tenant", "consumers")
    assert (code, err) == (0, ""), out
    assert httpx.URL(browser[0]).path == "/consumers/oauth2/v2.0/authorize"
    assert httpx.URL(browser[0]).params["redirect_uri"].startswith("http://localhost:")
    name = f"microsoft:{MICROSOFT_USER}"
    seen = []
    for _ in range(3):
        # Each is good for one time only.
        assert {held(tmp_path, name)} == outlook.house.refresh
        seen.append(held(tmp_path, name))
        assert say("sync")[0] == 0
    assert len(set(seen)) == 3


def test_microsoft_is_signed_in_to_on_another_device(say: Say, outlook: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("weakties.accounts.oauth.time.sleep", waited.append)
    outlook.house.devices = ["authorization_pending"]
    code, out, err = say("connect", "microsoft", MICROSOFT_USER, "--client-id", CLIENT, "--device")
    assert (code, err) == (0, ""), out
    assert out.splitlines()[1:3] == ["https://house.example/link", "ABCD-EFGH"]
    assert waited == [5, 5]
    code, _, err = say("connect", "microsoft", MICROSOFT_USER, "--client-id", CLIENT, "--tenant", "../x")
    assert (code, "is no tenant" in err) == (1, True)


def test_an_account_that_was_dropped_or_connected_anew_meanwhile_keeps_what_it_has(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path / "secrets.json", use_keyring=False)
    secrets.put("a", "one")
    assert secrets.replace("a", "one", "two")
    assert not secrets.replace("a", "one", "three")
    assert secrets.get("a") == "two"
    secrets.drop("a")
    assert not secrets.replace("a", "two", "three")
    assert secrets.get("a") is None


def test_what_is_kept_in_the_file_stays_there_though_there_is_a_keyring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring: dict[tuple[str, str], str] = {}
    keyring, backends = ModuleType("keyring"), ModuleType("keyring.backends")
    told = {
        "get_keyring": object,
        "get_password": lambda service, name: ring.get((service, name)),
        "set_password": lambda service, name, secret: ring.update({(service, name): secret}),
        "delete_password": lambda service, name: ring.pop((service, name)),
        "backends": backends,
    }
    vars(keyring).update(told)
    vars(backends)["fail"] = SimpleNamespace(Keyring=SimpleNamespace)
    secrets = Secrets(tmp_path / "secrets.json")
    # Under cron there is none.
    Secrets(tmp_path / "secrets.json", use_keyring=False).put("a", "one")
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.backends", backends)
    assert secrets.replace("a", "one", "two")
    assert Secrets(tmp_path / "secrets.json", use_keyring=False).get("a") == "two"
    assert secrets.put("b", "three") == "the keyring"
    assert secrets.replace("b", "three", "four")
    assert (list(ring.values()), secrets.get("b")) == (["four"], "four")


def test_two_accounts_that_are_given_new_tokens_at_a_time_lose_none(tmp_path: Path) -> None:
    def write(name: str) -> None:
        secrets = Secrets(tmp_path / "secrets.json", use_keyring=False)
        for number in range(30):
            secrets.put(name, f"{name} {number}")

    threads = [threading.Thread(target=write, args=(name,)) for name in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    secrets = Secrets(tmp_path / "secrets.json", use_keyring=False)
    assert [secrets.get(name) for name in ("a", "b", "c")] == ["a 29", "b 29", "c 29"]
