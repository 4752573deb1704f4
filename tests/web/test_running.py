"""A page that runs is found again, ends with its last window where that is wanted, and is let nobody in but who may."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from weakties.facts.home import Home
from weakties.facts.migrations import open_home
from weakties.web import running
from weakties.web.present import Present

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
        assert "<page-present>" in page.read().decode()
    window = browser.open(link.partition("/enter")[0] + "/present")
    assert window.readline() == b"retry: 1000\n"
    time.sleep(2)
    assert process.poll() is None
    window.close()
    assert process.wait(40) == 0
    process.stdout.close()
    assert not (tmp_path / "home" / "web.run").exists()


def test_nobody_is_gone_before_somebody_came() -> None:
    present = Present(alone=0)
    assert not present.gone
    beats = present.beats()
    next(beats)
    assert not present.gone
    beats.close()  # type: ignore[attr-defined]
    assert present.gone


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
