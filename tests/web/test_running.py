"""A page that runs is found again, ends with its last window where that is wanted, and is let nobody in but who may."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.web.conftest import Site

from weakties.cli import serve
from weakties.errors import UsageError
from weakties.facts.home import Home
from weakties.facts.migrations import open_home
from weakties.web import peer, running
from weakties.web.present import Present
from weakties.web.server import Wanted
from weakties.workspace import Workspace

# Serves until nobody has had the page open for a second.
UNTIL_ALONE = """
import sys
from pathlib import Path
from weakties.web import present
from weakties.web.server import Page, Wanted
from weakties.workspace import open_workspace
page = Page(open_workspace(Path(sys.argv[1])), Wanted(until_alone=True))
page.served.present = present.Present(alone=1.0)
print(page.link(), flush=True)
page.run()
"""


@pytest.fixture
def served(home: Home) -> Iterator[subprocess.Popen[str]]:
    """The program, serving a home."""
    words = [sys.executable, "-m", "weakties", "--home", str(home.path), "serve", "--port", "0", "--no-open"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if "/enter?key=" in line:
            break
    wait_for(lambda: running.running(home) is not None)
    yield process
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    process.stdout.close()


def wait_for(so: object, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not so():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.05)


def program(home: Home, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "weakties", "--home", str(home.path), *words],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_second_serve_opens_the_first_by_a_new_link(home: Home, served: subprocess.Popen[str]) -> None:
    assert (home.path / "web.run").stat().st_mode & 0o777 == 0o600
    again = program(home, "serve", "--no-open")
    assert again.returncode == 0, again.stderr
    assert "already" in again.stdout
    link = re.search(r"http://\S+/enter\?key=\S+", again.stdout)
    assert link is not None
    with urllib.request.build_opener(urllib.request.HTTPCookieProcessor()).open(link[0]) as page:
        assert "Nothing is here yet" in page.read().decode()
    for other in (["--incognito"], ["--owner", "ana"], ["--as-of", "2026-01-05"]):
        refused = program(home, "serve", "--no-open", *other)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert f"otherwise than asked for now: see {other[0]}." in " ".join(refused.stderr.split())
    told = json.loads((home.path / "web.run").read_text())
    with urllib.request.urlopen(f"{told['address']}/alive?asked=x") as said:
        answer = said.read().decode()
    assert answer == running.proof(told["word"], "x")
    assert told["word"] not in answer


def test_what_is_left_of_a_killed_server_is_not_taken_for_one(home: Home) -> None:
    assert running.running(home) is None
    left = {"port": 1, "pid": 1, "address": "http://127.0.0.1:1", "word": "x", "accounts": False}
    (home.path / "web.run").write_text(json.dumps(left))
    assert running.running(home) is None
    (home.path / "web.run").write_text("damaged")
    assert running.running(home) is None


def test_a_page_ends_with_its_last_window(tmp_path: Path) -> None:
    open_home(tmp_path / "home")
    process = subprocess.Popen(
        [sys.executable, "-c", UNTIL_ALONE, str(tmp_path / "home")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    link = process.stdout.readline().strip()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with browser.open(link) as page:
        told = page.read().decode()
        token = re.search(r'<page-present data-token="(\w+)"', told)
        assert token is not None

    def say(how: str) -> None:
        said = urllib.parse.urlencode({"page": "a", "how": how, "csrfmiddlewaretoken": token[1]}).encode()
        browser.open(link.partition("/enter")[0] + "/present", said).close()

    say("here")
    time.sleep(2)
    assert process.poll() is None
    say("left")
    assert process.wait(40) == 0
    process.stdout.close()
    assert not (tmp_path / "home" / "web.run").exists()


def test_nobody_is_gone_before_somebody_came() -> None:
    present = Present(alone=0)
    assert not present.gone
    present.here("a")
    present.here("b")
    present.left("a")
    assert not present.gone
    present.left("b")
    assert present.gone
    # A browser that was killed says nothing any more.
    silent = Present(alone=0, silent=0)
    silent.here("a")
    assert silent.gone


@pytest.mark.parametrize(
    "for_others", [{"hosts": ("desk",)}, {"behind_proxy": True}, {"certificate": Path("c")}, {"key": Path("k")}]
)
def test_what_is_for_other_machines_is_refused_where_they_are_not_let_in(for_others: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="by name and password alone") as refused:
        Wanted(**for_others)
    assert "--lan" in refused.value.hint
    assert Wanted(lan=True, **for_others).lan


def test_a_link_is_of_no_use_to_another_user_of_this_machine(
    space: Workspace, serving: Callable[..., Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if peer.CONNECTIONS.exists():
        with socket.create_server(("127.0.0.1", 0)) as there, socket.create_connection(there.getsockname()) as here:
            assert peer.user_of("127.0.0.1", here.getsockname()[1], there.getsockname()[1]) == os.geteuid()
    table = tmp_path / "tcp"
    table.write_text(
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
        "   0: 0100007F:1FC9 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 1 1\n"
        "   1: 0100007F:C350 0100007F:1FC9 01 00000000:00000000 00:00000000 00000000  1001        0 2 1\n"
        "   2: 0100007F:C351 0100007F:1FC9 01 00000000:00000000 00:00000000 00000000     0        0 3 1\n"
        "   3: 0200007F:C354 0100007F:1FC9 01 00000000:00000000 00:00000000 00000000  1000        0 4 1\n"
    )
    monkeypatch.setattr(peer, "CONNECTIONS", table)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    # Root may read the home anyway, and relays of virtual machines run as root; of others nobody knows.
    assert [peer.is_other("127.0.0.1", port, 8137) for port in (50000, 50001, 50002)] == [True, False, False]
    # Any program may come from another address of this machine: who does so unknown may be anybody.
    assert [peer.is_other("127.0.0.2", port, 8137) for port in (50001, 50004)] == [True, False]
    site = serving(space, enter=False)
    from weakties.web.models import Ticket

    link = f"/enter?key={Ticket.issue()}"
    other = site.get(link, REMOTE_PORT="50000", SERVER_PORT="8137")
    assert other.status_code == 403
    assert b"for another user of this machine" in other.content
    # From elsewhere it leads on by a page, as the browser keeps back what it was just given.
    mine = site.get(link, REMOTE_PORT="50002", SERVER_PORT="8137", HTTP_SEC_FETCH_SITE="cross-site")
    assert (mine.status_code, mine.headers["Refresh"]) == (200, "0; url=/")
    assert site.get("/people").status_code == 200


def test_where_all_may_see_the_list_of_processes_the_link_goes_by_a_file(
    space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr("sys.platform", "darwin")
    serve._open(space, "http://127.0.0.1:1/enter?key=secret")
    file = space.home.path / "web.run.html"
    assert opened == [file.as_uri()]
    assert file.stat().st_mode & 0o777 == 0o600
    assert "url=http://127.0.0.1:1/enter?key=secret" in file.read_text()


def test_who_may_sign_in_is_added_listed_and_removed(home: Home, tmp_path: Path) -> None:
    weak, good = tmp_path / "weak", tmp_path / "good"
    weak.write_text("password1\n")
    good.write_text("five plain words of mine\n")
    refused = program(home, "users", "add", "ana", "--password-file", str(weak))
    assert refused.returncode == 2
    assert "too common" in refused.stderr
    assert program(home, "users", "add", "ana", "--password-file", str(good)).returncode == 0
    assert program(home, "users", "add", "ana", "--password-file", str(good)).returncode == 2
    assert program(home, "users", "add", "an a", "--password-file", str(good)).returncode == 2
    assert [u["name"] for u in json.loads(program(home, "users", "list", "--json").stdout)["users"]] == ["ana"]
    assert program(home, "users", "password", "ana", "--password-file", str(good)).returncode == 0
    assert program(home, "users", "password", "bob", "--password-file", str(good)).returncode == 2
    assert program(home, "users", "remove", "ana").returncode == 0
    assert json.loads(program(home, "users", "list", "--json").stdout) == {"users": []}
    assert b"five plain" not in (home.path / "web.sqlite").read_bytes()
