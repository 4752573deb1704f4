"""Who has a page open: the demo ends when nobody has any more. Each open page holds a stream of which nothing is read."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# How long nobody may have a page open, as when one is followed by the next or loaded anew.
ALONE_SECONDS = 60.0
# How often a stream says that it is there, which shows whether somebody still listens.
BEAT_SECONDS = 5.0


class Present:
    """Counts open pages. alone: how long nobody may have one open once somebody had."""

    def __init__(self, *, alone: float = ALONE_SECONDS) -> None:
        self._alone = alone
        self._lock = threading.Lock()
        self._open = 0
        self._left: float | None = None
        self.over = threading.Event()

    @contextmanager
    def here(self) -> Iterator[None]:
        """Count a page as open for as long as this lasts."""
        with self._lock:
            self._open += 1
        try:
            yield
        finally:
            with self._lock:
                self._open -= 1
                self._left = time.monotonic()

    def beats(self) -> Iterator[bytes]:
        """Yield something now and then for as long as the page is open."""
        with self.here():
            yield b"retry: 1000\n\n"
            while not self.over.wait(BEAT_SECONDS):
                yield b": here\n\n"

    @property
    def gone(self) -> bool:
        """Whether somebody had a page open, and nobody has had one for long enough."""
        with self._lock:
            return not self._open and self._left is not None and time.monotonic() - self._left >= self._alone

    def watch(self, end: Callable[[], None], *, every: float = 1.0) -> threading.Thread:
        """Call `end` once everybody is gone, from a thread of its own."""

        def look() -> None:
            while not self.over.wait(every):
                if self.gone:
                    end()
                    return

        thread = threading.Thread(target=look, name="present", daemon=True)
        thread.start()
        return thread
