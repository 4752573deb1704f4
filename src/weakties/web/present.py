"""Who has a page open: the demo ends when nobody has any more. A page says now and then that it is there, and when it goes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

# How long nobody may have a page open, as when one is followed by the next or loaded anew.
ALONE_SECONDS = 60.0
# How long a page counts that says nothing more: a browser slows what is out of sight down to a word a minute.
SILENT_SECONDS = 150.0
# Pages that are remembered: whoever opens more has some open in any case.
_MOST = 500


class Present:
    """Counts open pages. alone: how long nobody may have one open once somebody had; silent: how long one counts without a word."""

    def __init__(self, *, alone: float = ALONE_SECONDS, silent: float = SILENT_SECONDS) -> None:
        self._alone, self._silent = alone, silent
        self._lock = threading.Lock()
        self._heard: dict[str, float] = {}
        self._last: float | None = None
        self.over = threading.Event()

    def here(self, page: str) -> None:
        """Hear that a page is open. page: the name it gave itself."""
        with self._lock:
            self._last = time.monotonic()
            if page in self._heard or len(self._heard) < _MOST:
                self._heard[page] = self._last

    def left(self, page: str) -> None:
        """Hear that a page was closed."""
        with self._lock:
            self._last = time.monotonic()
            self._heard.pop(page, None)

    @property
    def gone(self) -> bool:
        """Whether somebody had a page open, and nobody has had one for long enough."""
        now = time.monotonic()
        with self._lock:
            self._heard = {page: at for page, at in self._heard.items() if now - at < self._silent}
            return not self._heard and self._last is not None and now - self._last >= self._alone

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
