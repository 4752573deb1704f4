"""Servers of Google and Microsoft for tests: who lets in as RFC 6749, 7636 and 8628 say, with a browser's part, and what both
have in common."""

from __future__ import annotations

import hashlib
import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

CLIENT, CLIENT_SECRET = "client-of-ana", "secret-of-the-client"


@dataclass(frozen=True)
class Asked:
    """A question. query: the first value of each name; all: every value."""

    method: str
    path: str
    query: dict[str, str]
    all: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def bearer(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")


Said = tuple[int, dict[str, str], bytes]


def said(status: int, told: Any, **headers: str) -> Said:
    """Return an answer in JSON."""
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, json.dumps(told).encode()


@contextmanager
def serving(answers: Callable[[Asked], Said]) -> Iterator[str]:
    """Run a server that answers, and yield its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            split = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = dict(parse_qsl(split.query))
            status, told, content = answers(
                Asked(self.command, split.path, query, parse_qs(split.query), headers, body)
            )
            self.send_response(status)
            for name, value in told.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _answer  # noqa: N815  as the standard library calls them

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 50

        def handle_error(self, *_: object) -> None:
            """Somebody hung up: that is what some tests are about."""

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()


@dataclass
class House:
    """Who lets in. scope: what is granted; refuses: with what a browser comes back instead of a code; rotates: whether a refresh
    token is good for one time only; devices: what a device is answered before it is let in; says: what is answered instead."""

    scope: str
    refuses: str = ""
    rotates: bool = False
    lasting: bool = True
    devices: list[str] = field(default_factory=list)
    says: list[Said] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    refresh: set[str] = field(default_factory=set)
    access: set[str] = field(default_factory=set)
    made: int = 0
    expires_after: int = 0
    asked: list[dict[str, str]] = field(default_factory=list)

    def grant(self) -> str:
        """Return a refresh token, as if somebody had signed in."""
        self.made += 1
        token = f"refresh-{self.made}-of-ana"
        self.refresh.add(token)
        return token

    def lets_in(self, asked: Asked) -> bool:
        """Tell whether who asks has an access token; once, after so many questions, all of them run out."""
        self.expires_after -= 1
        if self.expires_after == 0:
            self.access.clear()
        return asked.bearer in self.access

    def withdraw(self) -> None:
        """Take everything back."""
        self.access.clear()
        self.refresh.clear()

    def answer(self, asked: Asked) -> Said:
        """Answer at /authorize, /token, /devicecode."""
        if asked.path.endswith("/authorize"):
            return self._authorise(asked)
        told = dict(parse_qsl(asked.body.decode()))
        self.asked.append(told)
        if self.says:
            return self.says.pop(0)
        if told.get("client_id") != CLIENT or told.get("client_secret", CLIENT_SECRET) != CLIENT_SECRET:
            return said(401, {"error": "invalid_client"})
        if asked.path.endswith("/devicecode"):
            return said(200, {
                "device_code": "device-code", "user_code": "ABCD-EFGH", "verification_uri": "https://house.example/link",
                "expires_in": 900, "interval": 5,
            })  # fmt: skip
        return self._token(told)

    def _authorise(self, asked: Asked) -> Said:
        wanted = asked.query
        assert (wanted["response_type"], wanted["code_challenge_method"], wanted["client_id"]) == (
            "code",
            "S256",
            CLIENT,
        )
        back = {"state": wanted["state"]}
        if self.refuses:
            back["error"] = self.refuses
        else:
            self.made += 1
            back["code"] = f"code-{self.made}"
            self.codes[back["code"]] = wanted
        return 302, {"Location": f"{wanted['redirect_uri']}/?{urlencode(back)}"}, b""

    def _token(self, told: dict[str, str]) -> Said:
        match told["grant_type"]:
            case "refresh_token":
                if told["refresh_token"] not in self.refresh:
                    return said(400, {"error": "invalid_grant", "error_description": "AADSTS700082: expired, of ana"})
                if not self.rotates:
                    return self._let_in(None)
                self.refresh.discard(told["refresh_token"])
            case "authorization_code":
                wanted = self.codes.pop(told["code"], {})
                digest = hashlib.sha256(told["code_verifier"].encode()).digest()
                challenge = urlsafe_b64encode(digest).decode().rstrip("=")
                if (wanted.get("code_challenge"), wanted.get("redirect_uri")) != (challenge, told["redirect_uri"]):
                    return said(400, {"error": "invalid_grant"})
            case _ if self.devices:
                return said(400, {"error": self.devices.pop(0)})
        return self._let_in(self.grant() if self.lasting else None)

    def _let_in(self, refresh: str | None) -> Said:
        self.made += 1
        token = f"access-{self.made}-of-ana"
        self.access.add(token)
        told = {"access_token": token, "token_type": "Bearer", "expires_in": 3_599, "scope": self.scope}
        return said(200, told | ({"refresh_token": refresh} if refresh else {}))
