"""Signing in: by a browser that comes back, on another device, and all that can go wrong on the way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import httpx
import pytest
from tests.accounts.api_server import CLIENT, CLIENT_SECRET, House, Said, said, serving

from weakties.accounts import loopback, oauth
from weakties.accounts.oauth import Client, Grant, Provider
from weakties.errors import AccountError

ANA = Client(CLIENT, CLIENT_SECRET)


@pytest.fixture
def house() -> House:
    return House("https://house.example/mail.read profile")


@pytest.fixture
def provider(house: House) -> Iterator[Provider]:
    with serving(house.answer) as url:
        yield Provider(
            "House", f"{url}/authorize", f"{url}/token", ("mail.read",), "mail.read", device=f"{url}/devicecode"
        )


def browser(pages: list[httpx.Response]) -> Callable[[str], None]:
    """Return what opens an address as a browser does, and keeps the page that it ends on."""

    def look(url: str) -> None:
        pages.append(httpx.get(url, follow_redirects=True, trust_env=False))

    return lambda url: threading.Thread(target=look, args=(url,)).start()


def sign_in(provider: Provider, show: Callable[[str], None], **further: float) -> Grant:
    return loopback.by_browser(provider, ANA, "ana@home.example", show, wait=0, **further)


def test_a_browser_comes_back_with_what_was_granted(house: House, provider: Provider) -> None:
    pages: list[httpx.Response] = []
    grant = sign_in(provider, browser(pages))
    assert (grant.client, grant.refresh in house.refresh) == (ANA, True)
    asked = house.asked[0]
    assert len(asked["code_verifier"]) >= 43
    assert asked["redirect_uri"].startswith("http://127.0.0.1:")
    assert "This window may be closed" in pages[0].text
    assert asked["code"] not in pages[0].text
    assert pages[0].headers["cache-control"] == "no-store"
    assert oauth.grant_of(grant.text()) == grant


def test_what_belongs_to_another_sign_in_is_sent_away_and_the_right_one_is_waited_for(provider: Provider) -> None:
    pages: list[httpx.Response] = []

    def show(url: str) -> None:
        back = httpx.URL(url).params["redirect_uri"]
        queries = ("", "?state=wrong&code=stolen", "?code=stolen", "?state=wrong&error=access_denied")
        pages.extend(httpx.get(f"{back}/{query}", trust_env=False) for query in queries)
        browser(pages)(url)

    assert sign_in(provider, show).refresh
    assert [page.status_code for page in pages[:4]] == [400] * 4
    assert all("Open the address that it printed last" in page.text for page in pages[:4])


def test_nobody_who_comes_back_is_told_and_so_is_a_stranger(provider: Provider) -> None:
    with pytest.raises(AccountError, match=r"Nobody came back from House in time\.$"):
        sign_in(provider, lambda url: None, seconds=0.01)

    def stranger(url: str) -> None:
        httpx.get(f"{httpx.URL(url).params['redirect_uri']}/?state=x&code=y", trust_env=False)

    with pytest.raises(AccountError, match="What came back was of another sign-in"):
        sign_in(provider, stranger, seconds=0.01)


def test_only_this_machine_is_listened_to(provider: Provider) -> None:
    seen: list[str] = []
    with pytest.raises(AccountError):
        sign_in(provider, seen.append, seconds=0.01)
    back = httpx.URL(httpx.URL(seen[0]).params["redirect_uri"])
    assert back.host == "127.0.0.1"
    with pytest.raises(httpx.ConnectError):
        httpx.get(back, trust_env=False)


def test_who_does_not_agree_is_told_what_that_means(house: House, provider: Provider) -> None:
    house.refuses = "access_denied"
    pages: list[httpx.Response] = []
    with pytest.raises(AccountError, match=r"Access was not granted at House \(access_denied\)") as told:
        sign_in(provider, browser(pages))
    assert told.value.hint.startswith("Connect again and agree")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (
            said(200, {"access_token": "a", "refresh_token": "r", "scope": "profile"}),
            "lets us in, but not to read mail",
        ),
        (said(200, {"access_token": "a", "scope": "mail.read"}), "lets us in for an hour only"),
        (said(200, {"access_token": "a\r\nEvil: b", "refresh_token": "r"}), "What localhost sends cannot be read"),
        (said(200, {"access_token": ["a"], "refresh_token": "r"}), "What localhost sends cannot be read"),
        (said(200, ["a"]), "What localhost sends cannot be read"),
        ((200, {}, b"\xff\xfe{"), "What localhost sends cannot be read"),
        (said(401, {"error": "invalid_client"}), r"does not know this client, or its secret is another"),
        (said(400, {"error": "invalid_grant"}), "the access was withdrawn or has run out"),
        (said(400, {"error": "admin_policy_enforced"}), "does not allow this client for that account"),
        (said(400, {"error": "<b>evil\x1b[31m"}), r"House says no \(no reason given\)"),
        (said(400, {"error": {"code": 7}}), r"House says no \(no reason given\)"),
        (
            said(400, {"error": "unauthorized_client", "error_description": "AADSTS700016: x"}),
            "does not know this client",
        ),
        (
            said(401, {"error": "invalid_client", "error_description": "AADSTS7000218: x"}),
            "wants a secret of this client",
        ),
        ((307, {"Location": "https://elsewhere.example/token"}, b""), "We are sent on to elsewhere.example"),
    ],
)
def test_what_the_house_says_is_told_in_a_sentence(
    house: House, provider: Provider, answer: Said, sentence: str
) -> None:
    house.says = [answer]
    with pytest.raises(AccountError, match=sentence) as told:
        sign_in(provider, browser([]))
    assert told.value.hint.endswith(".")


def test_another_device_is_waited_for_as_slowly_as_the_house_wants(house: House, provider: Provider) -> None:
    house.devices = ["authorization_pending", "slow_down", "authorization_pending"]
    shown: list[str] = []
    waited: list[float] = []
    grant = oauth.by_device(provider, ANA, lambda *words: shown.extend(words), wait=0, pause=waited.append)
    assert shown == ["https://house.example/link", "ABCD-EFGH"]
    assert waited == [5, 5, 10, 10]
    assert grant.refresh in house.refresh


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        (["authorization_declined"], "Access was not granted at House"),
        (["expired_token"], "Nobody signed in on the other device in time"),
        (["slow_down"] * 1_000, "Nobody signed in on the other device in time"),
        (["bad_verification_code"], r"House says no \(bad_verification_code\)"),
    ],
)
def test_a_device_that_never_signs_in_is_told(house: House, provider: Provider, says: list[str], sentence: str) -> None:
    house.devices = says
    with pytest.raises(AccountError, match=sentence):
        oauth.by_device(provider, ANA, lambda *_: None, wait=0, pause=lambda _: None)


def test_an_address_that_is_none_is_shown_to_nobody(house: House, provider: Provider) -> None:
    told = {"device_code": "d", "user_code": "u", "verification_uri": "javascript:alert(1)"}
    house.says = [said(200, told)]
    shown: list[str] = []
    with pytest.raises(AccountError, match="cannot be read"):
        oauth.by_device(provider, ANA, lambda *words: shown.extend(words), wait=0)
    assert shown == []


def test_threads_that_find_their_token_run_out_make_one_new_one(house: House, provider: Provider) -> None:
    tokens = oauth.Tokens(provider, Grant(ANA, house.grant()), lambda _: None, wait=0)
    old = tokens.access()
    new: list[str] = []
    threads = [threading.Thread(target=lambda: new.append(tokens.access(instead_of=old))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(house.asked) == 2
    assert set(new) == house.access - {old}


@pytest.mark.parametrize("text", ["", "{}", "null", '{"client": {"id": "x"}}', "correct-horse", "\ud800"])
def test_what_is_no_grant_is_told_without_being_shown(text: str) -> None:
    with pytest.raises(AccountError) as told:
        oauth.grant_of(text)
    assert str(told.value) == "What is kept of this account's access cannot be read."
    assert told.value.__cause__ is None


def test_secrets_are_in_no_representation() -> None:
    assert "refresh-1" not in repr(Grant(ANA, "refresh-1"))
    assert CLIENT_SECRET not in repr(Grant(ANA, "refresh-1")) + repr(ANA)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"web": {"client_id": "x"}}', "This client is one for web sites"),
        ('{"installed": {}}', "No client is in this file"),
        ("[]", "No client is in this file"),
        ("x", "No client is in this file"),
    ],
)
def test_a_file_without_a_client_for_this_is_told(text: str, sentence: str) -> None:
    with pytest.raises(AccountError, match=sentence) as told:
        oauth.client_of(text)
    assert "Desktop app" in told.value.hint


def test_the_client_in_googles_file_is_found() -> None:
    told = oauth.client_of(
        '{"installed": {"client_id": "x", "client_secret": "y", "token_uri": "https://evil.example"}}'
    )
    assert told == Client("x", "y")


def test_a_tenant_is_a_name_and_no_way_elsewhere() -> None:
    assert oauth.microsoft("glass.example").token == "https://login.microsoftonline.com/glass.example/oauth2/v2.0/token"
    for tenant in ("", "../x", "a/b", "x?y", "@evil.example"):
        with pytest.raises(AccountError, match="is no tenant"):
            oauth.microsoft(tenant)
