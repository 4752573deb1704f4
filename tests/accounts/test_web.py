"""HTTP for live accounts: encryption, silence, length, and what is said of each."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.accounts.dav_server import answering

from weakties.accounts import web
from weakties.accounts.web import TooLong, Web
from weakties.errors import AccountError


@contextmanager
def asking(**further: Any) -> Iterator[Web]:
    found = Web(trusted=lambda host: True, user="ana", secret="x", wait=0, **further)
    try:
        yield found
    finally:
        found.close()


@pytest.fixture
def unknown(tmp_path: Path) -> Iterator[str]:
    """A server whose certificate nobody has signed but itself."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed: apt-get install openssl")
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    wanted = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    written = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([program, *wanted, *written], check=True, capture_output=True)

    class Server(HTTPServer):
        def handle_error(self, *_: object) -> None:
            """Somebody did not trust us."""

    with Server(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"https://localhost:{server.server_port}/"
        server.shutdown()


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(unknown: str) -> None:
    with asking() as found, pytest.raises(AccountError, match="a certificate that is not to be trusted: self-signed"):
        found.ask("GET", unknown)


def test_encryption_where_there_is_none_is_told() -> None:
    plain = answering(lambda method, path, body: (200, {}, b""))
    said = pytest.raises(AccountError, match="localhost speaks no encryption on that port")
    with plain as url, asking() as found, said:
        found.ask("GET", url.replace("http://", "https://"))


def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "_TIMEOUT_SECONDS", 0.1)
    said = pytest.raises(AccountError, match="localhost does not answer")
    with socket.create_server(("127.0.0.1", 0)) as silent, asking() as found, said:
        found.ask("GET", f"http://localhost:{silent.getsockname()[1]}/")


def test_an_answer_in_drops_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "_LONGEST_SECONDS", 0.05)
    over = threading.Event()

    def drip(listener: socket.socket) -> None:
        with suppress(OSError):
            line, _ = listener.accept()
            with line:
                line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                while not over.wait(0.02):
                    line.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as listener, asking(tries=1) as found:
        dripping = threading.Thread(target=drip, args=(listener,), daemon=True)
        dripping.start()
        with pytest.raises(AccountError, match="localhost does not answer"):
            found.ask("GET", f"http://localhost:{listener.getsockname()[1]}/")
        over.set()
        dripping.join()


def test_who_waits_for_an_answer_in_another_thread_waits_no_longer_once_all_is_closed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, asking(tries=1) as found:
        url = f"http://localhost:{silent.getsockname()[1]}/"
        ended: list[BaseException] = []

        def ask() -> None:
            try:
                found.ask("GET", url)
            except AccountError as error:
                ended.append(error)

        waiting = threading.Thread(target=ask, daemon=True)
        waiting.start()
        line, _ = silent.accept()
        with line:
            assert line.recv(1)
            found.close()
            waiting.join(20)
        assert not waiting.is_alive()
    assert "localhost broke off" in str(ended[0])


def test_what_is_longer_than_was_asked_for_is_cut_off() -> None:
    with answering(lambda method, path, body: (200, {}, b"x" * 100_000)) as url, asking() as found:
        assert len(found.ask("GET", url, longest=100_000).body) == 100_000
        with pytest.raises(TooLong):
            found.ask("GET", url, longest=99_999)


def test_a_password_goes_over_no_open_line() -> None:
    with asking() as found, pytest.raises(AccountError, match="without encryption"):
        found.ask("GET", "http://dav.home.example/")
    sent: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            sent.append(self.headers["Authorization"])
            self.send_response(302)
            self.send_header("Location", "http://dav.home.example/")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server, asking() as found:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(AccountError, match=r"dav.home.example would get the password without encryption"):
            found.ask("GET", f"http://localhost:{server.server_port}/")
        server.shutdown()
    assert sent == ["Basic YW5hOng="]
