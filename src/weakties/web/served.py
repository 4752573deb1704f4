"""What is served: the home, its kept views, the day, and who may look. One at a time in a process, as Django has one settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from weakties.facts import erasure
from weakties.web.jobs import Jobs
from weakties.web.present import Present
from weakties.workspace import Workspace
from weakties.workspace.at_hand import AtHand
from weakties.workspace.seen import Seen


@dataclass(eq=False)
class Served:
    """A home that is served. as_of: the day whose state is shown, today if None; incognito: whether all names are invented;
    accounts: whether somebody signs in with a password (else the link that was printed lets in); hosts: by which names the
    server may be asked for; jobs: what takes longer than a page may wait; present: who has a page open, where that is
    asked; behind_proxy: whether a proxy says who asks; word: what tells another weakties of this machine that we are it."""

    space: Workspace
    hand: AtHand
    as_of: date | None = None
    incognito: bool = False
    accounts: bool = False
    hosts: tuple[str, ...] = ()
    jobs: Jobs = field(init=False)
    present: Present | None = None
    behind_proxy: bool = False
    word: str = ""

    def __post_init__(self) -> None:
        """Begin with no jobs."""
        self.jobs = Jobs(lambda: len(erasure.tombstones(self.space.home)))

    @property
    def day(self) -> date:
        """The day that pages speak of."""
        return self.as_of or self.space.today_is()

    @contextmanager
    def view(self, as_of: date | None = None, *, slow: bool = False) -> Iterator[Seen]:
        """Lend a view of a day, of the day that is served if None. slow: whether what is asked may take seconds."""
        with self.hand.view(as_of or self.day, incognito=self.incognito, slow=slow) as seen:
            yield seen


_now: list[Served] = []


def serve(served: Served | None) -> None:
    """Serve this home from now on; nothing if None."""
    _now[:] = [] if served is None else [served]


def current() -> Served:
    """Return what is served."""
    return _now[0]
