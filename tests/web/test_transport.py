"""Whoever connects can neither fill the memory nor hold up others, before anything is known of them."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from weakties.web import transport
from weakties.web.transport import Certified, Held, Listener

HEAD = "{0} {1} HTTP/1.1\r\nHost: x\r\n"


def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Say no without a look at what was sent; under /heard tell the headers, under /read how much came."""
    said = b"no"
    if environ["PATH_INFO"] == "/heard":
        said = environ.get("HTTP_X_FORWARDED_FOR", "nothing").encode()
    elif environ["PATH_INFO"] == "/read":
        said = str(len(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))).encode()
    start("403 Forbidden", [("Content-Length", str(len(said)))])
    return [said]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server of two threads that says no."""
    with running(Listener(("127.0.0.1", 0), app, threads=2)) as port:
        yield port


@contextmanager
def running(server: Listener) -> Iterator[int]:
    """Serve for as long as this lasts; yield the port."""
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    yield server.bind_addr[1]
    server.stop()
    thread.join(10)


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=4)


def head(method: str, path: str, *lines: str) -> bytes:
    return (HEAD.format(method, path) + "".join(f"{line}\r\n" for line in lines) + "\r\n").encode()


def answered(sock: socket.socket) -> bytes:
    """Return the first line of what is answered."""
    return sock.recv(4_096).partition(b"\r\n")[0]


def whole(sock: socket.socket, ending: bytes) -> bytes:
    """Return what is answered, up to these words."""
    said = b""
    while not said.endswith(ending):
        piece = sock.recv(4_096)
        assert piece, said
        said += piece
    return said


def test_a_large_body_that_nobody_wants_is_not_waited_for(port: int) -> None:
    with connect(port) as sock:
        sock.sendall(head("POST", transport.LARGE.decode(), "Content-Length: 8000000000") + bytes(1_000))
        said = whole(sock, b"no")
        assert said.startswith(b"HTTP/1.1 403")
        assert b"Connection: close" in said
    with connect(port) as sock:
        sock.sendall(head("POST", "/sign-in", "Content-Length: 8000000000"))
        assert b"413" in answered(sock)


def test_a_small_body_that_nobody_wants_is_thrown_away_and_the_next_request_answered(port: int) -> None:
    with connect(port) as sock:
        sock.sendall(head("POST", "/", "Content-Length: 300000") + bytes(300_000) + head("GET", "/heard"))
        assert whole(sock, b"nothing").count(b"403 Forbidden") == 2
    with connect(port) as sock:
        sock.sendall(head("POST", "/read", "Content-Length: 200000") + bytes(200_000))
        assert whole(sock, b"200000")


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (["Transfer-Encoding: chunked"], b"411"),
        (["Content-Length: -1"], b"400"),
        (["Content-Length: 1_0"], b"400"),
        (["X-Long: " + "x" * 40_000], b"413"),
        (["Content-Length: " + "9" * 400], b"413"),
    ],
)
@pytest.mark.parametrize("path", ["/read", "/sources/upload"])
def test_a_head_that_does_not_say_how_much_comes_is_refused(
    port: int, path: str, lines: list[str], status: bytes
) -> None:
    with connect(port) as sock:
        sock.sendall(head("POST", path, *lines))
        assert status in answered(sock)


def test_a_name_with_an_underscore_does_not_pass_for_what_a_proxy_says(port: int) -> None:
    with connect(port) as sock:
        sock.sendall(head("GET", "/heard", "X_Forwarded_For: 10.0.0.1"))
        assert whole(sock, b"nothing")


def test_silent_connections_hold_no_thread_and_slow_ones_not_for_long(port: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(transport, "SECONDS", 0.5)
    with ExitStack() as stack:
        for _ in range(6):
            stack.enter_context(connect(port))
        began = time.monotonic()
        sock = stack.enter_context(connect(port))
        sock.sendall(head("GET", "/"))
        assert b"403" in answered(sock)
        assert time.monotonic() - began < 2
        slow = [stack.enter_context(connect(port)) for _ in range(2)]
        ends = time.monotonic() + 3
        while time.monotonic() < ends and all(still_there(each) for each in slow):
            time.sleep(0.1)
        assert time.monotonic() < ends


def still_there(sock: socket.socket) -> bool:
    """Send one more byte of a head; False where nobody listens any more."""
    sock.setblocking(False)
    try:
        sock.send(b"G")
        return b"408" not in sock.recv(100)
    except BlockingIOError:
        return True
    except OSError:
        return False


def test_another_machine_holds_some_of_the_threads_and_this_one_all() -> None:
    held = Held(2)
    assert [held.take("10.0.0.7") for _ in range(3)] == [True, True, False]
    assert held.take("10.0.0.8")
    assert all(held.take("127.0.0.1") for _ in range(9))
    held.give("10.0.0.7")
    assert held.take("10.0.0.7")


def test_a_handshake_that_never_comes_stops_nobody(tmp_path: Path) -> None:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed: apt-get install openssl")
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    wanted = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([program, *wanted, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    server = Listener(("127.0.0.1", 0), app, threads=2)
    server.ssl_adapter = Certified(str(certificate), str(key))
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with running(server) as port, ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(connect(port))
            # A browser shakes hands before it knows what to ask for.
            stack.enter_context(trusting.wrap_socket(connect(port)))
        began = time.monotonic()
        with trusting.wrap_socket(connect(port)) as sock:
            for _ in range(2):
                sock.sendall(head("GET", "/"))
                assert b"403" in whole(sock, b"no")
        assert time.monotonic() - began < 2
        with connect(port) as sock:
            sock.sendall(head("GET", "/"))
            assert b"400" in whole(sock, b"begin its address with https.\n")
