"""Views kept at hand, for whoever asks the same home again and again: a web page, a program that stays.

To open a day's view takes a moment, to count a home anew takes longer, and somebody waits each time. So views that were opened
are kept, each used by one at a time, until what they follow from has changed: the facts, the decisions, the settings or the day.
Then a view is made anew beside them; whoever asks meanwhile waits a little and is else told how things stood before, so that no
page is late because mail comes in. What the user decided is laid over the kept views at once: who is hidden is gone with the next
page. After somebody was forgotten no kept view is used again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, cast

import duckdb

from weakties import refresh
from weakties.errors import UnknownPerson
from weakties.facts import decisions as user
from weakties.facts import erasure, ledger
from weakties.facts.decisions import Decision
from weakties.incognito import shown_id
from weakties.insight.directory import Directory, directory
from weakties.reach import Circle
from weakties.reading import Reading, opened, page_of
from weakties.refresh import Build
from weakties.shape import Shape
from weakties.wishes import wishes_of
from weakties.workspace import Workspace

T = TypeVar("T")
# What tells that a file was replaced or written to, None where there is none.
Stamp = tuple[tuple[int, int, int] | None, ...]

# Views of one day that are open at a time: as many questions are answered side by side.
_VIEWS = 2
# Days that are kept: today, and one that somebody looks back to.
_DAYS = 2
# How long one waits for what is being counted before being told how things stood.
PATIENCE_SECONDS = 1.0
# When what could not be counted is tried again.
_AGAIN_SECONDS = 5.0


@dataclass(eq=False)
class Kept:
    """What the views of one day share until what they follow from changes. page: the name of the numbers' page in the daybook;
    base: a connection for what no view must be lent for; said: the decisions laid over the views; exact: whether the numbers
    follow from all that is known now; answers: what was worked out once for all of them, by name."""

    page: str
    base: duckdb.DuckDBPyConnection
    forgotten: int
    said: list[Decision]
    stamp: Stamp
    exact: bool = True
    idle: list[Seen] = field(default_factory=list)
    open: int = 0
    answers: dict[str, _Once] = field(default_factory=dict)

    def retire(self) -> None:
        """Let go of the views that nobody uses; the others go when they are given back."""
        for seen in self.idle:
            seen.view.connection.close()
        self.idle.clear()
        self.base.close()


@dataclass(eq=False)
class Seen:
    """A day's view, lent to one at a time. behind: whether its numbers do not yet follow from all that is known."""

    view: Reading
    kept: Kept
    space: Workspace
    said: list[Decision]
    answers: dict[str, _Once]
    behind: bool = False
    drawn: Shape | None = None

    @property
    def shape(self) -> Shape:
        """The network of the day."""
        if self.drawn is None:
            self.drawn = self.space.shape(view=self.view)
        return self.drawn

    @property
    def directory(self) -> Directory:
        """Everybody of the day in memory, to search while somebody types."""
        view = self.view
        return self.once("directory", lambda: directory(view.connection, owner=view.owner, as_of_day=view.as_of_day))

    @property
    def circles(self) -> list[Circle]:
        """The circles of the day, those first in which the owner has most ties."""
        return self.once("circles", lambda: self.space.circles(view=self.view, drawn=self.shape))

    def person_of(self, shown: str) -> str:
        """Return the id of the person who is shown by this one: under invented names ids are invented too. Raises UnknownPerson."""
        secret = self.view.masked_with
        if not secret:
            # An id is nobody else's name, and most who are asked for are asked for by it.
            return shown if shown in self.directory.at else self.space.find(shown, view=self.view).person
        known = self.once("shown", lambda: {shown_id(person, secret): person for person in self.directory.people})
        if shown not in known:
            raise UnknownPerson(f"Nobody here is {shown!r}.", hint="Look for them under People.")
        return known[shown]

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return what `make` returns, worked out once for as long as nothing changes. It must not hold on to the view."""
        return cast("T", self.answers.setdefault(name, _Once()).get(make))

    def known(self, name: str) -> Any:
        """Return what was worked out by that name, None where nobody has asked yet."""
        return found.here if (found := self.answers.get(name)) else None


class _Once:
    """Something worked out once, by whoever comes first; the others wait."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: list[Any] = []

    @property
    def here(self) -> Any:
        """What was worked out, None before."""
        return self._found[0] if self._found else None

    def get(self, make: Callable[[], Any]) -> Any:
        with self._lock:
            if not self._found:
                self._found.append(make())
            return self._found[0]


class _Day:
    """The views of one day. since: when somebody began to make them anew, None if nobody does; failed: why that came to nothing."""

    def __init__(self) -> None:
        self.kept: Kept | None = None
        self.since: float | None = None
        self.failed: Exception | None = None
        self.failed_at = 0.0
        self.used = 0.0


class AtHand:
    """A home whose views are kept; safe to use from several threads. patience: seconds that one waits for newer numbers."""

    def __init__(self, space: Workspace, *, patience: float = PATIENCE_SECONDS) -> None:
        self.space = space
        self._patience = patience
        self._changed = threading.Condition()
        self._days: dict[tuple[date, bool], _Day] = {}

    @contextmanager
    def view(self, as_of: date | None = None, *, incognito: bool = False) -> Iterator[Seen]:
        """Lend a view of a day, today if None. Raises what `Workspace.read` raises."""
        asked = (as_of or self.space.today_is(), incognito)
        seen = self._lend(asked)
        try:
            yield seen
        finally:
            self._give_back(asked, seen)

    def is_behind(self, as_of: date | None = None, *, incognito: bool = False) -> bool:
        """Tell whether the numbers of a day are being counted anew; whoever asks does not wait for it."""
        asked = (as_of or self.space.today_is(), incognito)
        with self._changed:
            day = self._day(asked)
            self._look(asked, day)
            return day.kept is None or not day.kept.exact

    def close(self) -> None:
        """Let go of every view that nobody uses; the others go when they are given back."""
        with self._changed:
            days, self._days = list(self._days.values()), {}
            for day in days:
                if day.kept:
                    day.kept.retire()

    def _lend(self, asked: tuple[date, bool]) -> Seen:
        with self._changed:
            while True:
                # Whoever waited long may find the day let go of, and another in its place.
                day = self._day(asked)
                self._look(asked, day)
                kept = day.kept
                if kept is None:
                    if day.failed:
                        failed, day.failed = day.failed, None
                        raise failed
                    self._changed.wait()
                elif not kept.exact and (left := self._patience_left(day)) > 0:
                    self._changed.wait(left)
                elif kept.idle:
                    return self._laid_over(kept.idle.pop(), kept)
                elif kept.open < _VIEWS and kept.exact:
                    kept.open += 1
                    said, answers = kept.said, kept.answers
                    break
                else:
                    self._changed.wait()
        return self._another(asked, kept, said, answers)

    def _patience_left(self, day: _Day) -> float:
        """Return for how many seconds more to wait for newer numbers: whoever made them long is not waited for again."""
        return 0.0 if day.since is None else day.since + self._patience - time.monotonic()

    def _day(self, asked: tuple[date, bool]) -> _Day:
        day = self._days.setdefault(asked, _Day())
        day.used = time.monotonic()
        while len(self._days) > _DAYS:
            oldest = self._days.pop(min(self._days, key=lambda each: self._days[each].used))
            if oldest.kept:
                oldest.kept.retire()
        return day

    def _look(self, asked: tuple[date, bool], day: _Day) -> None:
        """Find out whether the views still say what is known, and begin to make them anew where they do not."""
        stamp, home = self._stamp(), self.space.home
        kept = day.kept
        if day.failed is not None and time.monotonic() - day.failed_at > _AGAIN_SECONDS:
            day.failed = None
        if kept is not None and kept.stamp != stamp:
            day.failed = None
            if erasure.pending(home) or len(erasure.tombstones(home)) != kept.forgotten:
                kept.retire()
                day.kept = kept = None
            else:
                kept.said, kept.stamp, kept.answers = user.standing(home), stamp, {}
                try:
                    kept.exact = self._page(kept, asked[0]) == kept.page
                except (duckdb.Error, OSError):
                    # The files behind it were swept since: nothing more can be asked of these views.
                    kept.retire()
                    day.kept = kept = None
        if (kept is None or not kept.exact) and day.since is None and day.failed is None:
            day.since = time.monotonic()
            threading.Thread(target=self._make, args=(asked, day, stamp)).start()

    def _page(self, kept: Kept, as_of: date) -> str:
        """Return the page on which the numbers of now are; none where the facts are other ones than those of the views."""
        space = self.space
        build = refresh.in_force(space.home)
        if build is None or not refresh.is_current(space.home, space.settings):
            return ""
        return self._named(kept, build, as_of)

    def _named(self, kept: Kept, build: Build, as_of: date) -> str:
        """Return the page of the numbers of a build under the decisions laid over it."""
        space = self.space
        wishes = wishes_of(kept.base, kept.said, space.owner, as_of)
        return page_of(
            kept.base, build, space.home, wishes,
            owner=space.owner, as_of=as_of, decisions=kept.said, settings=space.settings,
        ).name + build.key  # fmt: skip

    def _make(self, asked: tuple[date, bool], day: _Day, stamp: Stamp) -> None:
        """Make the views of a day anew."""
        made, failed = None, None
        try:
            made = self._made(asked, stamp)
        except Exception as error:  # noqa: BLE001  whoever asks is told
            failed = error
        with self._changed:
            if made is not None and self._days.get(asked) is not day:
                # Nobody waits for this day any more.
                made.retire()
            elif made is not None:
                if day.kept:
                    day.kept.retire()
                day.kept = made
            day.since, day.failed, day.failed_at = None, failed, time.monotonic()
            self._changed.notify_all()

    def _made(self, asked: tuple[date, bool], stamp: Stamp) -> Kept:
        space = self.space
        forgotten, said = len(erasure.tombstones(space.home)), user.standing(space.home)
        view = space.read(asked[0], incognito=asked[1])
        kept = Kept("", self._base(view), forgotten, said, stamp, open=1)
        # By what was read, not by what is in force meanwhile.
        kept.page = self._named(kept, view.build, asked[0])
        kept.idle.append(Seen(view, kept, space, said, kept.answers))
        return kept

    def _base(self, view: Reading) -> duckdb.DuckDBPyConnection:
        """Return a connection on which handles are what they are; under invented names the view's own has lost them."""
        if not view.masked_with:
            return view.connection.cursor()
        home = self.space.home
        return opened(view.build, ledger.snapshot(home).files(), ledger.imports(home))

    def _another(self, asked: tuple[date, bool], kept: Kept, said: list[Decision], answers: dict[str, _Once]) -> Seen:
        """Open one more view. said: what was decided before it was opened: what comes meanwhile is laid over it later."""
        try:
            view = self.space.read(asked[0], incognito=asked[1])
        except BaseException:
            with self._changed:
                kept.open -= 1
                self._changed.notify_all()
            raise
        return Seen(view, kept, self.space, said, answers)

    def _laid_over(self, seen: Seen, kept: Kept) -> Seen:
        """Return a view with what the user decided meanwhile."""
        if seen.said is not kept.said:
            view = seen.view
            wishes = wishes_of(kept.base, kept.said, view.owner, view.as_of)
            if (wishes.one_circle, wishes.circle_names) != (view.wishes.one_circle, view.wishes.circle_names):
                seen.drawn = None
            seen.view, seen.said = replace(view, wishes=wishes), kept.said
        seen.behind, seen.answers = not kept.exact, kept.answers
        return seen

    def _give_back(self, asked: tuple[date, bool], seen: Seen) -> None:
        with self._changed:
            day = self._days.get(asked)
            if day is not None and day.kept is seen.kept:
                seen.kept.idle.append(seen)
            else:
                seen.view.connection.close()
            self._changed.notify_all()

    def _stamp(self) -> Stamp:
        home = self.space.home
        log = home.state.with_name(f"{home.state.name}-wal")
        return tuple(_file(path) for path in (home.facts / "MANIFEST", home.derived / "CURRENT", home.state, log))


def _file(path: Path) -> tuple[int, int, int] | None:
    try:
        at = path.stat()
    except OSError:
        return None
    return at.st_mtime_ns, at.st_size, at.st_ino
