"""Signing in at Google and Microsoft without a password, with the user's own client: OAuth 2.0 as RFC 6749, 7636, 8252, 8628 say.

What is kept is the grant: the client and the refresh token, from which access tokens are made for a sync; those are nowhere but
in memory. A provider may give a new refresh token with each access token: it is kept before it is used.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import msgspec

from weakties.accounts.web import FIRST_WAIT_SECONDS, Answer, Web, host_of
from weakties.errors import AccountError

# A browser or another device is waited for so long.
PATIENCE_SECONDS = 300
# An answer of a provider is some thousand bytes.
_LONGEST = 1024 * 1024
_MOST_EXTRA_SECONDS = 60
_CODE = re.compile(r"AADSTS\d{4,8}")
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass(frozen=True, slots=True)
class Provider:
    """Who lets us in. authorise, token, device: its addresses, the last empty where there is none; scopes: what is asked for;
    needed: the end of the one without which nothing can be read; further: what else it wants to be told; host: the name of this
    machine in the address to which a browser comes back; lasting: why its access may run out."""

    name: str
    authorise: str
    token: str
    scopes: tuple[str, ...]
    needed: str
    device: str = ""
    further: Mapping[str, str] = field(default_factory=dict)
    host: str = "127.0.0.1"
    lasting: str = ""


GOOGLE = Provider(
    "Google",
    "https://accounts.google.com/o/oauth2/v2/auth",
    "https://oauth2.googleapis.com/token",
    ("https://www.googleapis.com/auth/gmail.readonly",),
    "gmail.readonly",
    further={"access_type": "offline", "prompt": "consent"},
    lasting=" If it ends every seven days, set the app's publishing status to In production.",
)
_MICROSOFT = "https://login.microsoftonline.com"


def microsoft(tenant: str, root: str = "") -> Provider:
    """Return Microsoft for a tenant: `common`, `consumers`, `organizations`, or the name or id of one. Raises AccountError."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]{0,200}", tenant):
        raise AccountError(
            f"{tenant[:80]!r} is no tenant.", hint="It is common, consumers, or a name like glass.example."
        )
    base = f"{root or _MICROSOFT}/{tenant}/oauth2/v2.0"
    return Provider(
        "Microsoft",
        f"{base}/authorize",
        f"{base}/token",
        ("offline_access", "https://graph.microsoft.com/Mail.Read", "https://graph.microsoft.com/User.Read"),
        "Mail.Read",
        device=f"{base}/devicecode",
        further={"prompt": "select_account"},
        # Any port of this name will do once http://localhost is registered.
        host="localhost",
    )


class Client(msgspec.Struct, frozen=True):
    """The user's own client. secret: empty for one that has none."""

    id: str
    secret: str = ""

    def __repr__(self) -> str:
        return f"Client({self.id!r})"


def client_of(text: str) -> Client:
    """Return the client in a file as Google gives it. Raises AccountError."""
    hint = "Take the file that the console gives for a client of the type Desktop app."
    try:
        told = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        told = None
    found = told.get("installed") if isinstance(told, dict) else None
    if isinstance(told, dict) and "web" in told:
        raise AccountError("This client is one for web sites.", hint=hint)
    if not isinstance(found, dict) or not (name := text_in(found, "client_id")):
        raise AccountError("No client is in this file.", hint=hint)
    return Client(name, text_in(found, "client_secret"))


class Grant(msgspec.Struct, frozen=True):
    """What a user has granted to a client."""

    client: Client
    refresh: str

    def __repr__(self) -> str:
        return f"Grant({self.client!r})"

    def text(self) -> str:
        """Return it as it is kept among the secrets."""
        return msgspec.json.encode(self).decode()


def grant_of(text: str) -> Grant:
    """Return a grant as it was kept. Raises AccountError."""
    try:
        return msgspec.json.decode(text, type=Grant)
    except (msgspec.DecodeError, UnicodeError):
        # Their own words would show what was kept.
        raise AccountError("What is kept of this account's access cannot be read.", hint="Connect it again.") from None


class Tokens:
    """Access tokens of a grant, for several threads. keep: called with the grant as text whenever there is a new one, before it
    is used."""

    def __init__(
        self, provider: Provider, grant: Grant, keep: Callable[[str], None], *, wait: float = FIRST_WAIT_SECONDS
    ) -> None:
        self._provider = provider
        self._grant = grant
        self._keep = keep
        self._wait = wait
        self._lock = threading.Lock()
        self._access = ""

    def access(self, *, instead_of: str = "") -> str:
        """Return an access token. instead_of: one that is not taken any more. Raises AccountError."""
        with self._lock:
            if not self._access or self._access == instead_of:
                self._renew()
            return self._access

    def _renew(self) -> None:
        grant = self._grant
        asked = {"grant_type": "refresh_token", "refresh_token": grant.refresh}
        told = _asked(self._provider, self._provider.token, asked, grant.client, self._wait)
        if (refresh := text_in(told, "refresh_token")) and refresh != grant.refresh:
            self._grant = Grant(grant.client, refresh)
            self._keep(self._grant.text())
        self._access = _access_in(self._provider, told)


@dataclass(frozen=True, slots=True)
class Asking:
    """A sign-in that was begun in a browser. address: where it goes on; state: by which its answer is known."""

    address: str
    state: str
    verifier: str
    comes_back_to: str


def begun(provider: Provider, client: Client, user: str, comes_back_to: str) -> Asking:
    """Return a new sign-in. user: whom the provider is to expect; comes_back_to: an address on this machine."""
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "client_id": client.id,
        "response_type": "code",
        "redirect_uri": comes_back_to,
        "scope": " ".join(provider.scopes),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "login_hint": user,
        **provider.further,
    }
    return Asking(f"{provider.authorise}?{urlencode(asked)}", state, verifier, comes_back_to)


def granted(
    provider: Provider, client: Client, asking: Asking, said: Mapping[str, str], *, wait: float = FIRST_WAIT_SECONDS
) -> Grant:
    """Return what the user has granted. said: what the browser came back with. Raises AccountError."""
    if said.get("error"):
        raise _in_words(provider, said["error"], said.get("error_description", ""))
    asked = {
        "grant_type": "authorization_code",
        "code": said.get("code", ""),
        "redirect_uri": asking.comes_back_to,
        "code_verifier": asking.verifier,
    }
    return _grant_in(provider, client, _asked(provider, provider.token, asked, client, wait))


def by_device(
    provider: Provider,
    client: Client,
    show: Callable[[str, str], None],
    *,
    wait: float = FIRST_WAIT_SECONDS,
    pause: Callable[[float], object] | None = None,
) -> Grant:
    """Return what the user has granted on another device. show: called with the address to open there and the code to type.

    pause: waits so many seconds, as `time.sleep` does. Raises AccountError.
    """
    begun_with = {"scope": " ".join(provider.scopes)}
    told = _asked(provider, provider.device, begun_with, client, wait)
    device, code, address = (text_in(told, name) for name in ("device_code", "user_code", "verification_uri"))
    if not (device and code and address.startswith("https://") and address.isprintable() and code.isprintable()):
        raise unreadable(host_of(provider.device))
    every = max(min(number_in(told, "interval") or 5, _MOST_EXTRA_SECONDS), 1)
    left = min(number_in(told, "expires_in") or PATIENCE_SECONDS, 3 * PATIENCE_SECONDS)
    show(address[:500], code[:100])
    asked = {"grant_type": _DEVICE_GRANT, "device_code": device}
    while left > 0:
        (pause or time.sleep)(every)
        left -= every
        answer = _post(provider, provider.token, {**asked, **_who(client)}, wait)
        error = "" if answer.status == 200 else text_in(object_in(answer), "error")
        if error == "slow_down":
            every += 5
        elif error != "authorization_pending":
            return _grant_in(provider, client, _judged(provider, answer))
    raise AccountError("Nobody signed in on the other device in time.", hint="Connect it again.")


def object_in(answer: Answer) -> dict[str, Any]:
    """Return the JSON object that an answer holds. Raises AccountError."""
    try:
        told = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise unreadable(host_of(answer.url))
    return told


def unreadable(host: str) -> AccountError:
    """Return in words that a server says what nobody can understand."""
    return AccountError(
        f"What {host} sends cannot be read.",
        hint="Sync again later; if that stays so, a page to sign in stands before it.",
    )


def text_in(told: Mapping[str, Any], name: str) -> str:
    """Return a text of an object, empty where it is none."""
    said = told.get(name)
    return said if isinstance(said, str) else ""


def number_in(told: Mapping[str, Any], name: str) -> int:
    """Return a whole number of an object, also one in quotes; 0 where it is none."""
    said = told.get(name)
    if isinstance(said, str) and said.isdecimal() and len(said) < 20:
        return int(said)
    return said if isinstance(said, int) and not isinstance(said, bool) and abs(said) < 10**20 else 0


def _who(client: Client) -> dict[str, str]:
    return {"client_id": client.id} | ({"client_secret": client.secret} if client.secret else {})


def _asked(provider: Provider, url: str, asked: Mapping[str, str], client: Client, wait: float) -> dict[str, Any]:
    return _judged(provider, _post(provider, url, {**asked, **_who(client)}, wait))


def _post(provider: Provider, url: str, asked: Mapping[str, str], wait: float) -> Answer:
    house = host_of(provider.token)
    web = Web(trusted=lambda host: host == house, wait=wait)
    try:
        return web.ask("POST", url, headers=_FORM, body=urlencode(asked).encode(), longest=_LONGEST, judged=(401,))
    finally:
        web.close()


def _judged(provider: Provider, answer: Answer) -> dict[str, Any]:
    told = object_in(answer)
    if answer.status != 200:
        raise _in_words(provider, text_in(told, "error"), text_in(told, "error_description"))
    return told


def _grant_in(provider: Provider, client: Client, told: Mapping[str, Any]) -> Grant:
    _access_in(provider, told)
    given = text_in(told, "scope").lower().split()
    if given and not any(one.rpartition("/")[2] == provider.needed.lower() for one in given):
        raise AccountError(
            f"{provider.name} lets us in, but not to read mail.",
            hint="Connect again and leave the box for mail ticked.",
        )
    if not (refresh := text_in(told, "refresh_token")):
        raise AccountError(
            f"{provider.name} lets us in for an hour only.",
            hint="Take weakties' access away in the account's settings there, then connect again.",
        )
    return Grant(client, refresh)


def _access_in(provider: Provider, told: Mapping[str, Any]) -> str:
    access = text_in(told, "access_token")
    # It goes into a header, where it must be one word.
    if not (access.isascii() and access.isprintable()) or not access or " " in access:
        raise unreadable(host_of(provider.token))
    return access


def _in_words(provider: Provider, error: str, description: str) -> AccountError:
    """Return in words why nobody is let in. Of a provider's own words only its numbers are repeated."""
    known = _CODE.search(description)
    word = error if re.fullmatch(r"[A-Za-z_]{1,60}", error) else "no reason given"
    said = f"{word}, {known[0]}" if known else word
    name = provider.name
    match error:
        case _ if known and known[0] == "AADSTS7000218":
            return AccountError(
                f"Microsoft wants a secret of this client ({said}).",
                hint="In the app's Authentication settings, set Allow public client flows to Yes.",
            )
        case _ if known and known[0] in ("AADSTS700016", "AADSTS90002"):
            return AccountError(
                f"Microsoft does not know this client ({said}).", hint="Check --client-id and --tenant."
            )
        case "invalid_grant" | "interaction_required" | "login_required" | "consent_required":
            return AccountError(
                f"{name} does not let us in any more: the access was withdrawn or has run out ({said}).",
                hint=f"Connect the account again.{provider.lasting}",
            )
        case "access_denied" | "authorization_declined":
            return AccountError(
                f"Access was not granted at {name} ({said}).",
                hint="Connect again and agree; at work, those who run the accounts may have to allow it.",
            )
        case "expired_token" | "code_expired":
            return AccountError("Nobody signed in on the other device in time.", hint="Connect it again.")
        case "invalid_client" | "unauthorized_client":
            return AccountError(
                f"{name} does not know this client, or its secret is another ({said}).",
                hint="Check the client in the provider's console, then connect again with it.",
            )
        case "admin_policy_enforced" | "org_internal":
            return AccountError(
                f"{name} does not allow this client for that account ({said}).",
                hint="Ask those who run the accounts at work.",
            )
    return AccountError(f"{name} says no ({said}).", hint="Connect the account again.")
