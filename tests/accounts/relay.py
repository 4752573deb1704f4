"""A line that breaks: what stands between client and server and cuts connections off."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Relay:
    """Stands between client and server and cuts each connection after so many bytes from the server."""

    def __init__(self, port: int, *, cut_after: list[int]) -> None:
        self._to = port
        self._cuts = list(cut_after)
        self._listener = socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> int:
        threading.Thread(target=self._serve, daemon=True).start()
        return int(self._listener.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            upstream = socket.create_connection(("127.0.0.1", self._to))
            left = self._cuts.pop(0) if self._cuts else None
            ways = [
                threading.Thread(target=self._pass, args=args, daemon=True)
                for args in ((client, upstream, None), (upstream, client, left))
            ]
            for way in ways:
                way.start()
            for way in ways:
                way.join()
            client.close()
            upstream.close()

    @staticmethod
    def _pass(source: socket.socket, target: socket.socket, left: int | None) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if left is not None and len(data) > left:
                    break
                left = None if left is None else left - len(data)
                target.sendall(data)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
