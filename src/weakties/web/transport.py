"""What reaches us over the network, held within bounds: cheroot, which trusts whoever connects, made to trust nobody.

A connection takes a thread only once something was said on it; the handshake of TLS happens in that thread, not where connections are
accepted. Head and body have to come within a time, the size of a body is known beforehand, and what nobody reads of it is thrown away
piece by piece. One other machine holds some of the threads at most, never all. This goes by the points that cheroot has for it: the
classes of a server, a connection, a request, a reader of headers and an adapter of TLS.
"""

from __future__ import annotations

import logging
import math
import socket
import ssl
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from typing import Any

from cheroot.errors import FatalSSLAlert
from cheroot.makefile import StreamReader, StreamWriter
from cheroot.server import HeaderReader, HTTPConnection, HTTPRequest
from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Server

# The head of a request, and each piece that is read or written, comes within this.
SECONDS = 10.0
# A body has this long, and a second more for each so many bytes: a telephone far from its mast sends faster.
_BODY_SECONDS = 30.0
_SLOWEST = 16_000
# Forms and lists; files go to one address alone, whose limit is the disk's.
MOST_BYTES = 4 * 2**20
LARGE = b"/sources/upload"
_DIGITS = 15
_HEAD_BYTES = 32 * 2**10
_PIECE = 64 * 2**10
# How many of the threads one other machine may hold, how many connections may be open from one, and from all together.
AT_WORK = 8
_OPEN, _OPEN_OF_ALL = 48, 240
_LOOPBACK = ("127.0.0.1", "::1")
_PLAIN = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"
    b"This page is reached over TLS: begin its address with https.\n"
)


class _Headers(HeaderReader):
    """Leaves out names with an underscore, which would pass for those that a proxy sets."""

    def _allow_header(self, key_name: bytes) -> bool:
        return b"_" not in key_name


class _Request(HTTPRequest):
    """One request, whose size is known before anything of its body is read."""

    header_reader = _Headers()

    def parse_request(self) -> None:
        """Read the head, as long as it comes soon."""
        self.conn.within(SECONDS)
        super().parse_request()

    def read_request_headers(self) -> bool:
        """Read the head, and refuse a body whose size is not said or is more than its address takes."""
        if not super().read_request_headers():  # type: ignore[no-untyped-call]
            return False
        said = self.inheaders.get(b"Content-Length", b"0")
        if self.chunked_read:
            self.simple_response("411 Length Required", "Say how long the body is.")
        elif not said.isdigit():
            self.simple_response("400 Bad Request", "Malformed Content-Length Header.")
        elif len(said) > _DIGITS:
            self.simple_response("413 Request Entity Too Large", "That is more than there is.")
        elif int(said) > MOST_BYTES and self.path != LARGE:
            self.simple_response("413 Request Entity Too Large", "That is more than this address takes.")
        else:
            return True
        return False

    def respond(self) -> None:
        """Answer; the body has to come at a pace."""
        self.conn.within(_BODY_SECONDS + int(self.inheaders.get(b"Content-Length", 0)) / _SLOWEST)
        super().respond()

    def send_headers(self) -> None:
        """Begin the answer. What was not read of the body goes: a little is thrown away, before much of it we hang up."""
        rest = getattr(self.rfile, "remaining", 0)
        if rest > MOST_BYTES or not self._thrown_away():
            self.close_connection = True
        super().send_headers()

    def _thrown_away(self) -> bool:
        try:
            while getattr(self.rfile, "remaining", 0):
                if not self.rfile.read(_PIECE):
                    return False
        except OSError:
            return False
        return True


class _Timely(socket.SocketIO):
    """Reads of a socket until a moment, however little comes at a time."""

    until = math.inf

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock, "rb")
        self._of = sock

    def readinto(self, buffer: Any) -> int | None:
        """Read what there is. Raises TimeoutError."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        if left >= SECONDS:
            return super().readinto(buffer)
        self._of.settimeout(left)
        try:
            return super().readinto(buffer)
        finally:
            self._of.settimeout(SECONDS)


class _Reader(StreamReader):
    """What cheroot reads from, over a socket that is read until a moment."""

    def __init__(self, sock: socket.socket, mode: str = "rb", bufsize: int = -1) -> None:
        del mode
        # Not cheroot's own beginning, which makes the socket's file itself.
        super(StreamReader, self).__init__(_Timely(sock), bufsize)
        self.bytes_read = 0


def _file(sock: socket.socket, mode: str, bufsize: int) -> _Reader | StreamWriter:
    return _Reader(sock, mode, bufsize) if "r" in mode else StreamWriter(sock, mode, bufsize)


class _Connection(HTTPConnection):
    """One connection. heard: whether it waits for a first word no more; counted: whether it is among the open ones."""

    RequestHandlerClass = _Request
    heard = False
    counted = False
    _shaken = False

    def __init__(self, server: Listener, sock: socket.socket, makefile: object = None) -> None:
        del makefile
        super().__init__(server, sock, _file)

    def within(self, seconds: float) -> None:
        """Whatever is read from now on has to be there within so many seconds."""
        self.rfile.raw.until = time.monotonic() + seconds

    def communicate(self) -> bool:
        """Answer the next request; tell whether there may be another."""
        at_work: Held = self.server.at_work
        if not at_work.take(self.remote_addr):
            return False
        try:
            if isinstance(self.socket, ssl.SSLSocket) and not self._shaken:
                # A browser shakes hands before it knows what to ask for: until then the connection waits again.
                self._shaken = _shake(self.socket)
                return self._shaken
            return bool(super().communicate())  # type: ignore[no-untyped-call]
        finally:
            at_work.give(self.remote_addr)

    def close(self) -> None:
        """Hang up."""
        if self.counted:
            self.counted = False
            self.server.open.give(self.remote_addr)
        super().close()


def _shake(sock: ssl.SSLSocket) -> bool:
    """Shake hands; False where that fails."""
    try:
        sock.do_handshake()
    except ssl.SSLError as error:
        if error.reason == "HTTP_REQUEST":
            # Past TLS, to whoever does not speak it.
            with suppress(OSError):
                socket.socket.sendall(sock, _PLAIN)
        return False
    except OSError:
        return False
    return True


class Held:
    """Counts what each other machine holds of something of which there is little. most: for one of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._by: Counter[str] = Counter()

    def take(self, address: str | None) -> bool:
        """Count one more; False where that would be too many. This machine may have all."""
        who = address or ""
        with self._lock:
            if self._by[who] >= self._most and who not in _LOOPBACK:
                return False
            self._by[who] += 1
            return True

    def give(self, address: str | None) -> None:
        """Count one less."""
        who = address or ""
        with self._lock:
            self._by[who] -= 1
            if not self._by[who]:
                del self._by[who]


class Listener(Server):
    """The server."""

    ConnectionClass = _Connection
    max_request_header_size = _HEAD_BYTES
    keep_alive_conn_limit = _OPEN_OF_ALL

    def __init__(self, where: tuple[str, int], answer: object, *, threads: int) -> None:
        super().__init__(
            where, answer, numthreads=threads, request_queue_size=64, server_name="weakties", timeout=int(SECONDS)
        )
        self.at_work, self.open = Held(AT_WORK), Held(_OPEN)

    def process_conn(self, conn: _Connection) -> None:
        """Give a thread to a connection on which something was said; a new one waits for that."""
        if conn.heard:
            super().process_conn(conn)
            return
        conn.heard = True
        if self.can_add_keepalive_connection and self.open.take(conn.remote_addr):
            conn.counted = True
            self.put_conn(conn)
        else:
            conn.close()

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:  # noqa: FBT001, FBT002  cheroot's
        """Log what went wrong here; that somebody hung up is no news."""
        if level >= logging.WARNING and not isinstance(sys.exc_info()[1], (ssl.SSLError, ConnectionError)):
            logging.getLogger("weakties.web").log(level, "%s", msg, exc_info=traceback)


class Certified(BuiltinSSLAdapter):
    """TLS with a certificate; hands are shaken later, by the thread that answers."""

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, str]]:
        """Return the socket, and what an answer is told of it. Raises FatalSSLAlert where nobody is there any more."""
        try:
            return self.context.wrap_socket(sock, do_handshake_on_connect=False, server_side=True), {"HTTPS": "on"}
        except OSError as error:
            raise FatalSSLAlert(*error.args) from error
