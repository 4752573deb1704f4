"""What every question and every word to a home needs: the home, the settings, whose ties they are, the view of a day.

Here is the clock of weakties; below there is none.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TypeVar

import duckdb

from weakties import refresh
from weakties.config import Settings
from weakties.errors import HomeError
from weakties.facts import decisions as user
from weakties.facts import erasure, ledger
from weakties.facts.decisions import Decision
from weakties.facts.home import Home, guarded
from weakties.reading import Reading, opened, read

T = TypeVar("T")


class Desk:
    """A home, its settings and whose ties are asked about. Every read takes `as_of`, today if None."""

    def __init__(self, home: Home, settings: Settings, *, owner: str = "me") -> None:
        self.home = home
        self.settings = settings
        self.owner = owner

    def refresh(self, *, anew: bool = False, progress: refresh.Progress | None = None) -> refresh.Build:
        """Bring the derived tables up to date and return the build in force. Raises HomeError, HomeBusy, HomeFull.

        An erasure that was cut off is finished first: who is to be forgotten is never shown again. anew: also where they are
        up to date.
        """
        erasure.finish(self.home)
        if not self.home.writable and not refresh.is_current(self.home, self.settings):
            raise HomeError(
                f"{self.home.path} can only be read, and its derived tables are older than its facts.",
                hint=f"Ask a copy of it: cp -r {shlex.quote(str(self.home.path))} COPY; weakties --home COPY today",
            )
        return refresh.ensure(self.home, self.settings, now=now(), anew=anew, progress=progress)

    def check(self) -> list[str]:
        """Build the derived tables again and return those that differ from the ones in force: empty means proved equal."""
        self.refresh()
        with guarded(self.home):
            return refresh.check(self.home, self.settings)

    def read(
        self, as_of: date | None = None, *, incognito: bool = False, fresh: bool = True, keep: bool = True
    ) -> Reading:
        """Return the view of a day; the derived tables are brought up to date first.

        incognito: names, handles, organisations, subjects and terms are stable invented ones. fresh: False takes the derived tables
        as they are, where there are any: for whoever cannot wait until what came in is counted. keep: whether what is worked out is
        kept on disk for whoever asks for that day again.
        """
        return self._steadily(lambda: self._read(as_of or today(), incognito=incognito, fresh=fresh, keep=keep))

    def today_is(self) -> date:
        """Return the day it is, in UTC."""
        return today()

    def _decisions(self) -> list[Decision]:
        return user.standing(self.home)

    def _read(self, as_of: date, *, incognito: bool, fresh: bool, keep: bool) -> Reading:
        build = (None if fresh else refresh.in_force(self.home)) or self.refresh()
        at = ledger.snapshot(self.home)
        connection = opened(build, at.files(), ledger.imports(self.home))
        return read(
            connection,
            build,
            self.home,
            owner=self.owner,
            as_of=as_of,
            decisions=self._decisions(),
            settings=self.settings,
            mask_with=self.home.secret() if incognito else "",
            keep=keep,
        )

    def _steadily(self, ask: Callable[[], T]) -> T:
        """Ask again when a file was replaced between looking it up and opening it: a writer and readers never wait."""
        for attempt in range(4):
            try:
                return ask()
            except (FileNotFoundError, duckdb.IOException):
                if attempt == 3:
                    raise
        raise AssertionError("unreachable")


def now() -> int:
    """Return the time, seconds UTC."""
    return int(time.time())


def today() -> date:
    """Return the day it is, in UTC."""
    return datetime.now(UTC).date()
