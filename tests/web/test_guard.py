"""Who may look, and what a browser may do with a page."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from tests.web.conftest import Site

from weakties.testing import World
from weakties.web import logged
from weakties.workspace import Workspace

Tell = Callable[..., World]
Serving = Callable[..., Site]

# Every page that stands in the navigation, and what they are made of.
PATHS = ("/", "/people", "/people.json", "/people.csv", "/people/add", "/jump?q=a", "/facts?id=x", "/more")


def test_what_goes_to_the_terminal_holds_nothing_of_anybody(capsys: pytest.CaptureFixture[str]) -> None:
    names = ("django.request", "django.security", "weakties.web")
    loggers = [logging.getLogger(name) for name in names]
    before = [(each, each.level, each.propagate, each.handlers[:]) for each in loggers]
    try:
        logged.begin()
        request = loggers[0]
        request.warning("Not Found: %s", "/people/ana@acme.example")
        logging.getLogger("django.security.csrf").warning("Forbidden: %s", "/people/ana@acme.example")
        try:
            try:
                dict[str, int]()["email:ana@acme.example"]
            except KeyError as error:
                raise ValueError("ana@acme.example") from error
        except ValueError:
            request.error("Internal Server Error: %s", "/people/ana@acme.example", exc_info=True)
    finally:
        for each, level, propagate, handlers in before:
            each.setLevel(level)
            each.propagate, each.handlers[:] = propagate, handlers
    said = capsys.readouterr().err
    assert "ana" not in said
    assert "test_what_goes_to_the_terminal" in said
    assert said.rstrip().endswith("ValueError")
    assert "KeyError" in said


@pytest.fixture
def stranger(space: Workspace, serving: Serving) -> Site:
    return serving(space, enter=False)


@pytest.mark.parametrize("path", PATHS)
def test_whoever_did_not_come_by_the_link_sees_nothing(stranger: Site, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 403
    assert b"Ana" not in answer.content
    assert b"weakties serve" in answer.content


def test_a_link_lets_one_browser_in_once(stranger: Site) -> None:
    from weakties.web.models import Ticket

    link = f"/enter?key={Ticket.issue()}"
    assert stranger.get(link).headers["Location"] == "/"
    assert stranger.get("/").status_code == 200
    stranger.client.cookies.clear()
    assert stranger.get(link).status_code == 403
    assert stranger.get("/").status_code == 403


def test_a_link_is_over_after_a_while(stranger: Site) -> None:
    from django.utils import timezone

    from weakties.web.models import Ticket

    secret = Ticket.issue()
    Ticket.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert stranger.get(f"/enter?key={secret}").status_code == 403


def test_the_secret_of_a_link_is_kept_nowhere(stranger: Site) -> None:
    from weakties.web.models import Ticket

    secret = Ticket.issue()
    assert secret not in str(list(Ticket.objects.values()))
    assert stranger.get(f"/enter?key={secret[:-1]}").status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:8137", "", "localhost@evil.example", "192.168.1.9"]
)
def test_a_name_that_is_not_ours_is_refused_before_anything_is_said(site: Site, host: str) -> None:
    answer = site.get("/", HTTP_HOST=host)
    assert answer.status_code == 421
    assert b"Ana" not in answer.content


@pytest.mark.parametrize("host", ["127.0.0.1:8137", "localhost", "[::1]:8137"])
def test_the_names_of_this_machine_are_ours(site: Site, host: str) -> None:
    assert site.get("/people", HTTP_HOST=host).status_code == 200


def test_a_form_from_elsewhere_is_refused(site: Site) -> None:
    from django.test import Client

    strict = Client(enforce_csrf_checks=True, HTTP_HOST="127.0.0.1:8137")
    strict.cookies = site.client.cookies
    answer = strict.post(f"/people/{site.id_of('ana')}/decide/hide")
    assert answer.status_code == 403
    assert "did not come from a page of weakties" in answer.content.decode()
    assert not site.space.decisions()


def test_the_session_is_for_this_site_alone_and_no_script_reads_it(site: Site) -> None:
    # Its name is that of the home: another one on this machine has another.
    (name,) = [name for name in site.client.cookies if not name.startswith("weakties-csrf")]
    assert re.fullmatch(r"weakties-[0-9a-f]{8}", name)
    cookie = site.client.cookies[name]
    assert (cookie["samesite"], cookie["httponly"]) == ("Strict", True)


@pytest.mark.parametrize("path", ["/", "/people", "/no-such-page", "/static/base.css"])
def test_the_browser_may_load_nothing_from_elsewhere_and_run_nothing_inline(site: Site, path: str) -> None:
    headers = site.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_pages_stay_in_no_cache_and_their_files_for_ever(site: Site) -> None:
    from weakties.web.assets import address

    assert site.get("/people").headers["Cache-Control"] == "no-store"
    assert "immutable" in site.get(address("base.css")).headers["Cache-Control"]
    assert site.get("/static/base.css").headers["Cache-Control"] == "no-cache"


def test_no_page_has_an_inline_script_or_style_or_a_foreign_address() -> None:
    """What the policy forbids would not work; here it is found before a browser finds it."""
    import re

    folder = Path(__file__).resolve().parents[2] / "src" / "weakties" / "web"
    found = []
    for page in (folder / "templates").rglob("*.html"):
        text = re.sub(r"\{[%{].*?[%}]\}", "", page.read_text(encoding="utf-8"))
        if re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)|\shx-on|href=\"javascript|https?://", text):
            found.append(page.name)
    assert found == []


def test_each_element_is_one_short_file() -> None:
    folder = Path(__file__).resolve().parents[2] / "src" / "weakties" / "web" / "static" / "weakties" / "elements"
    for file in folder.glob("*.js"):
        text = file.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 300, file.name
        assert "innerHTML" not in text, file.name
        assert "eval(" not in text, file.name


def test_what_others_wrote_is_what_the_list_says() -> None:
    """The committed files are those whose hashes were written down when they were brought in, in the locked versions."""
    import hashlib
    import json

    root = Path(__file__).resolve().parents[2]
    vendor = root / "src" / "weakties" / "web" / "static" / "weakties" / "vendor"
    locked = json.loads((root / "assets" / "package-lock.json").read_text())["packages"]
    listed = json.loads((vendor / "vendor.json").read_text())
    for each in listed:
        assert hashlib.sha256((vendor / each["file"]).read_bytes()).hexdigest() == each["sha256"]
        assert locked[f"node_modules/{each['package']}"]["version"] == each["version"]
        assert (vendor / f"{each['file']}.LICENSE.txt").stat().st_size > 100
    others = (
        {p.name for p in vendor.iterdir()} - {e["file"] for e in listed} - {f"{e['file']}.LICENSE.txt" for e in listed}
    )
    assert others == {"vendor.json"}


def test_nothing_that_a_stranger_sends_is_kept(
    space: Workspace, serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form is read before it is known whether it comes from us, so it must be small, and its files reach no disk."""
    from django.conf import settings
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    serving(space, enter=False, accounts=True)
    stranger = Client(HTTP_HOST="127.0.0.1:8137", enforce_csrf_checks=True)
    stranger.cookies[settings.CSRF_COOKIE_NAME] = "x" * 32
    for path in ("/sign-in", "/enter", "/alive", "/static/base.css", "/sources/upload"):
        answer = stranger.post(path, {"file": SimpleUploadedFile("a.mbox", bytes(1_500_000)), "name": "a"})
        assert answer.status_code == (403 if path == "/sources/upload" else 413), path
    assert stranger.post("/sign-in", {"name": "a" * 9_000}).status_code == 403
    assert list(tmp_path.glob("*.upload*")) == []


def test_a_file_in_a_form_that_is_too_long_is_told_to_be(site: Site) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = site.post("/introductions/targets", {"file": SimpleUploadedFile("targets.csv", b"ana\n" * 400_000)})
    assert answer.status_code == 400
    assert "That list is too long." in answer.content.decode()


class TestAccounts:
    """Other machines come in by a name and a password."""

    @pytest.fixture
    def reached(self, space: Workspace, serving: Serving) -> Site:
        from django.contrib.auth.models import User

        site = serving(space, enter=False, accounts=True, hosts=("desk.local",))
        User.objects.create_user("ines", password="a long enough one")
        return site

    def test_a_page_leads_to_the_sign_in_and_back(self, reached: Site) -> None:
        assert reached.get("/people").headers["Location"] == "/sign-in?next=/people"
        long = reached.get("/people?kind=weak&page=2").headers["Location"]
        assert 'value="/people?kind=weak&amp;page=2"' in reached.get(long).content.decode()
        said = {"name": "ines", "password": "a long enough one", "next": "/people"}
        assert reached.post("/sign-in", said).headers["Location"] == "/people"
        assert reached.get("/people").status_code == 200
        reached.post("/sign-out")
        assert reached.get("/people").status_code == 302

    @pytest.mark.parametrize(
        "onward", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
    )
    def test_nobody_is_led_elsewhere(self, reached: Site, onward: str) -> None:
        said = {"name": "ines", "password": "a long enough one", "next": onward}
        assert reached.post("/sign-in", said).headers["Location"] == "/"

    def test_a_link_does_not_let_in_where_there_are_accounts(self, reached: Site) -> None:
        from weakties.web.models import Ticket

        reached.get(f"/enter?key={Ticket.issue()}")
        assert reached.get("/people").status_code == 302

    def test_whoever_guesses_has_to_wait(self, reached: Site) -> None:
        wrong = {"name": "ines", "password": "wrong"}
        assert [reached.post("/sign-in", wrong).status_code for _ in range(6)] == [403] * 5 + [429]
        right = {"name": "ines", "password": "a long enough one"}
        assert reached.post("/sign-in", right).status_code == 429
        assert reached.post("/sign-in", right, REMOTE_ADDR="10.0.0.7").status_code == 302

    def test_many_names_from_one_address_are_guesses_too(self, reached: Site) -> None:
        for number in range(30):
            reached.post("/sign-in", {"name": f"user{number}", "password": "wrong"})
        assert reached.post("/sign-in", {"name": "ines", "password": "a long enough one"}).status_code == 429

    def test_behind_a_proxy_the_address_that_it_added_counts(self, reached: Site) -> None:
        """What stands before it anybody may have written; who guesses keeps out nobody who comes from elsewhere."""
        reached.served.behind_proxy = True
        wrong, right = {"name": "ines", "password": "wrong"}, {"name": "ines", "password": "a long enough one"}
        for number in range(30):
            said = f"10.1.1.{number}, 203.0.113.{number % 2}, 10.0.0.9"
            assert reached.post("/sign-in", wrong, HTTP_X_FORWARDED_FOR=said).status_code in (403, 429)
        assert reached.post("/sign-in", right, HTTP_X_FORWARDED_FOR="10.0.0.9").status_code == 429
        assert reached.post("/sign-in", right, HTTP_X_FORWARDED_FOR="10.0.0.9, 10.0.0.8").status_code == 302
        # One machine has very many addresses of the sixth version.
        for number in range(6):
            reached.post("/sign-in", wrong, HTTP_X_FORWARDED_FOR=f"2001:db8::{number}")
        assert reached.post("/sign-in", right, HTTP_X_FORWARDED_FOR="2001:db8::ff").status_code == 429
        assert reached.post("/sign-in", right, HTTP_X_FORWARDED_FOR="2001:db8:0:1::1").status_code == 302

    def test_passwords_are_tried_one_after_the_other_and_few_wait(self, reached: Site) -> None:
        from weakties.web.pages import entering

        with ExitStack() as held:
            for _ in range(4):
                held.enter_context(entering._waiting)
            answer = reached.post("/sign-in", {"name": "ines", "password": "a long enough one"})
        assert (answer.status_code, b"in a few seconds" in answer.content) == (429, True)
        assert reached.post("/sign-in", {"name": "ines", "password": "a long enough one"}).status_code == 302

    def test_what_somebody_let_programs_do_ends_with_their_account_or_password(self, reached: Site) -> None:
        from weakties.web import accounts
        from weakties.web.models import Token

        secrets = []
        for _ in range(2):
            reached.post("/sign-in", {"name": "ines", "password": "a long enough one"})
            made = reached.post("/settings/tokens/make", {"name": "notes", "scope": "read"}).content.decode()
            secrets.append("wt_" + made.partition("<code>wt_")[2].partition("<")[0])
            assert reached.get("/api/v1/today", HTTP_AUTHORIZATION=f"Bearer {secrets[-1]}").status_code == 200
            assert "by ines" in reached.text("/settings")
            if len(secrets) == 1:
                assert accounts.set_password("ines", "a long enough one") == 1
        ours = Token.issue("of this machine", "read")
        assert accounts.remove("ines") == 1
        assert [Token.of(each) is None for each in (*secrets, ours)] == [True, True, False]

    def test_a_further_name_is_ours_where_it_was_said(self, reached: Site) -> None:
        assert reached.get("/sign-in", HTTP_HOST="desk.local").status_code == 200
        assert reached.get("/sign-in", HTTP_HOST="other.local").status_code == 421
