"""Views kept at hand, for whoever asks the same home again and again: a web page, a program that stays.

To open a day's view takes a moment, to count a home anew takes longer, and somebody waits each time. So views that were opened
are kept, each used by one at a time, until what they follow from has changed: the facts, the decisions, the settings or the day.

What the user decided is heeded first. What leaves the numbers alone (a tag, a snooze) is laid over the kept views; what moves them
(a word, a strength that was set) makes new views of what was counted last, in the background; whoever hid somebody waits for these.
What came in is counted after that, and for as long as it takes pages tell how things stood before, and that they do. After somebody
was forgotten no kept view is used again, and all wait.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import duckdb

from weakties import refresh
from weakties.config import FILE, Settings
from weakties.errors import HomeBusy, SettingError, WeaktiesError
from weakties.facts import decisions as user
from weakties.facts import erasure, ledger
from weakties.facts.decisions import Decision
from weakties.reading import Reading, opened, page_of
from weakties.refresh import Build
from weakties.wishes import Wishes, wishes_of
from weakties.workspace import Workspace
from weakties.workspace.seen import Answers, Seen, Versions, changed, unchanged

# What tells that a file was replaced or written to, None where there is none.
Stamp = tuple[tuple[int, int, int] | None, ...]
Asked = tuple[date, bool]

# Views of one day that are open at a time: as many questions are answered side by side.
_VIEWS = 3
# Days that are kept: today, and one that somebody looks back to.
_DAYS = 2
# How long one waits for newer numbers before being told how things stood.
PATIENCE_SECONDS = 1.0
# How long one waits where there is nothing to be told yet.
_LONGEST_SECONDS = 10.0
# How long one waits for others who ask too.
_BUSY_SECONDS = 60.0
# When what could not be counted is tried again.
_AGAIN_SECONDS = 5.0


@dataclass(eq=False)
class Kept:
    """What the views of one day share until their numbers change.

    build: from which they were read; page: the name of the numbers' page in the daybook; base: a connection for what no view must
    be lent for; said, wishes, versions: what was decided, laid over the views; exact: whether the numbers follow from all that is
    known now; open: how many views there are.
    """

    build: Build
    page: str
    base: duckdb.DuckDBPyConnection
    forgotten: int
    stamp: Stamp
    said: list[Decision]
    wishes: Wishes
    versions: Versions = field(default_factory=unchanged)
    answers: Answers = field(default_factory=Answers)
    exact: bool = True
    idle: list[Seen] = field(default_factory=list)
    open: int = 0

    def retire(self) -> None:
        """Let go of the views that nobody uses; the others go when they are given back."""
        for seen in self.idle:
            seen.view.connection.close()
        self.idle.clear()
        self.base.close()


class _Day:
    """The views of one day. since: when somebody began to make them anew, None if nobody does; failed: why that came to nothing;
    forgotten: how many people were when views were last made, None before; using: how many have one or wait for one."""

    def __init__(self) -> None:
        self.kept: Kept | None = None
        self.since: float | None = None
        self.failed: Exception | None = None
        self.failed_at = 0.0
        self.forgotten: int | None = None
        self.using = 0
        self.used = 0.0

    def let_go(self) -> None:
        if self.kept:
            self.kept.retire()
        self.kept = None


class AtHand:
    """A home whose views are kept; safe to use from several threads.

    as_of: the day that is asked for most, today if None: its views stay whatever else is asked for, and of it alone the numbers are
    kept in the daybook: whoever walks through years of days fills no disk. patience: seconds that one waits for newer numbers;
    settings: reads those of the home again when its file has changed.
    """

    def __init__(
        self,
        space: Workspace,
        *,
        as_of: date | None = None,
        patience: float = PATIENCE_SECONDS,
        settings: Callable[[], Settings] | None = None,
    ) -> None:
        self.space = space
        self._as_of = as_of
        self._patience = patience
        self._read_settings = settings
        self._settings_file = _file(space.home.path / FILE)
        self._changed = threading.Condition()
        self._slow = threading.Lock()
        self._days: dict[Asked, _Day] = {}

    @contextmanager
    def view(self, as_of: date | None = None, *, incognito: bool = False, slow: bool = False) -> Iterator[Seen]:
        """Lend a view of a day, the usual one if None. Raises what `Workspace.read` does, and HomeBusy where nothing can be told yet.

        slow: whether what is asked may take seconds; such questions are asked one after another, so that others find a view.
        """
        asked = (as_of or self._usual(), incognito)
        with self._one_at_a_time() if slow else nullcontext():
            day, kept, seen = self._lend(asked)
            whole = False
            try:
                yield seen
                whole = True
            except WeaktiesError:
                whole = True
                raise
            finally:
                self._give_back(day, kept, seen, whole=whole)

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        if not self._slow.acquire(timeout=_BUSY_SECONDS):
            raise _too_much()
        try:
            yield
        finally:
            self._slow.release()

    def is_behind(self, as_of: date | None = None, *, incognito: bool = False) -> bool:
        """Tell whether the numbers of a day are being counted anew; whoever asks does not wait for it."""
        asked = (as_of or self._usual(), incognito)
        with self._changed:
            day = self._day(asked)
            self._look(asked, day)
            return day.kept is None or not day.kept.exact

    def close(self) -> None:
        """Let go of every view that nobody uses; the others go when they are given back."""
        with self._changed:
            for day in self._days.values():
                day.let_go()
            self._days.clear()
            self._changed.notify_all()

    def _lend(self, asked: Asked) -> tuple[_Day, Kept, Seen]:
        with self._changed:
            day = self._day(asked)
            day.using += 1
            try:
                kept, seen = self._wait(asked, day)
            except BaseException:
                day.using -= 1
                raise
            said, versions = kept.said, kept.versions
        return day, kept, seen or self._another(asked, day, kept, said, versions)

    def _wait(self, asked: Asked, day: _Day) -> tuple[Kept, Seen | None]:
        """Wait for a view that nobody uses; None where one more may be opened."""
        began = time.monotonic()
        while True:
            self._look(asked, day)
            kept, waited = day.kept, time.monotonic() - began
            if kept is None:
                if day.failed:
                    failed, day.failed = day.failed, None
                    raise failed
                if waited > max(self._patience, _LONGEST_SECONDS):
                    raise HomeBusy("Your facts are being counted.", hint="It takes a moment; ask again then.")
                self._changed.wait(1.0)
            elif not kept.exact and (left := min(self._patience_left(day), self._patience - waited)) > 0:
                self._changed.wait(left)
            elif kept.idle:
                return kept, self._laid_over(kept.idle.pop(), kept)
            elif kept.open < _VIEWS:
                kept.open += 1
                return kept, None
            elif waited > _BUSY_SECONDS:
                raise _too_much()
            else:
                self._changed.wait(1.0)

    def _patience_left(self, day: _Day) -> float:
        """Return for how many seconds more to wait for newer numbers: whoever made them long is not waited for again."""
        return 0.0 if day.since is None else day.since + self._patience - time.monotonic()

    def _usual(self) -> date:
        """Return the day that is asked for most."""
        return self._as_of or self.space.today_is()

    def _day(self, asked: Asked) -> _Day:
        day = self._days.setdefault(asked, _Day())
        day.used = time.monotonic()
        usual = self._usual()
        # A day that somebody uses or waits for stays, and so does the one that is asked for most.
        free = sorted(
            (a for a, d in self._days.items() if d is not day and not d.using and a[0] != usual),
            key=lambda a: self._days[a].used,
        )
        for oldest in free[: max(0, len(self._days) - _DAYS)]:
            self._days.pop(oldest).let_go()
        return day

    def _look(self, asked: Asked, day: _Day) -> None:
        """Find out whether the views still say what is known, and begin to make them anew where they do not."""
        self._look_at_settings()
        stamp, kept = self._stamp(), day.kept
        if day.failed is not None and time.monotonic() - day.failed_at > _AGAIN_SECONDS:
            day.failed = None
        if kept is not None and kept.stamp != stamp:
            day.failed = None
            try:
                self._heed(asked, day, kept, stamp)
            except (duckdb.Error, OSError):
                # The files behind it were swept since: nothing more can be asked of these views.
                day.let_go()
        if (day.kept is None or not day.kept.exact) and day.since is None and day.failed is None:
            day.since = time.monotonic()
            threading.Thread(target=self._make, args=(asked, day, day.since)).start()

    def _heed(self, asked: Asked, day: _Day, kept: Kept, stamp: Stamp) -> None:
        """Lay what was decided meanwhile over the views, or let go of them where that does not do."""
        home = self.space.home
        if erasure.pending(home) or len(erasure.tombstones(home)) != kept.forgotten:
            day.let_go()
            return
        said = user.standing(home)
        wishes = wishes_of(kept.base, said, self.space.owner, asked[0])
        if wishes.hidden != kept.wishes.hidden:
            day.let_go()
            return
        same = self._page(kept.base, kept.build, said, wishes, asked[0]) == kept.page
        current = refresh.in_force(home) == kept.build and refresh.is_current(home, self.space.settings)
        if said != kept.said:
            kept.versions = changed(kept.versions, kept.wishes, wishes)
        kept.said, kept.wishes, kept.stamp, kept.exact = said, wishes, stamp, same and current

    def _look_at_settings(self) -> None:
        """Take the settings anew where their file has changed. What cannot be read leaves them as they were: `doctor` tells of it."""
        file = _file(self.space.home.path / FILE)
        if file == self._settings_file or self._read_settings is None:
            return
        self._settings_file = file
        try:
            self.space.settings = self._read_settings()
        except SettingError:
            return
        for day in self._days.values():
            day.let_go()

    def _page(
        self, base: duckdb.DuckDBPyConnection, build: Build, said: list[Decision], wishes: Wishes, as_of: date
    ) -> str:
        """Return the page on which the numbers of a build under these decisions are."""
        space = self.space
        return page_of(
            base, build, space.home, wishes, owner=space.owner, as_of=as_of, decisions=said, settings=space.settings
        ).name

    def _make(self, asked: Asked, day: _Day, began: float) -> None:
        """Make the views of a day anew: of what was counted last, where decisions moved its numbers; then of all that is known.

        began: `since` of this making, and of no other.
        """
        home = self.space.home
        failed = None
        try:
            stamp = self._stamp()
            current = refresh.is_current(home, self.space.settings)
            if current or self._may_be_quick(asked, day):
                self._install(asked, day, self._made(asked, stamp, fresh=current), began=began, more=not current)
            if not current:
                self.space.refresh()
                self._install(asked, day, self._made(asked, stamp, fresh=True), began=began, more=True)
        except Exception as error:  # noqa: BLE001  whoever asks is told
            failed = error
        with self._changed:
            if day.since == began:
                day.since = None
            day.failed, day.failed_at = failed, time.monotonic()
            self._changed.notify_all()

    def _may_be_quick(self, asked: Asked, day: _Day) -> bool:
        """Tell whether views of the build in force would say more than those there are, and nothing of who was forgotten."""
        home = self.space.home
        with self._changed:
            if (
                day.forgotten != len(erasure.tombstones(home))
                or erasure.pending(home)
                or refresh.in_force(home) is None
            ):
                return False
            if (kept := day.kept) is None:
                return True
            return self._page(kept.base, kept.build, kept.said, kept.wishes, asked[0]) != kept.page

    def _made(self, asked: Asked, stamp: Stamp, *, fresh: bool) -> Kept:
        """Return a new view of a day. fresh: of all that is known, else of what was counted last."""
        space = self.space
        forgotten, said = len(erasure.tombstones(space.home)), user.standing(space.home)
        view = self._read(asked, fresh=fresh)
        base, wishes = self._base(view), view.wishes
        page = view.page.name if view.page else self._page(base, view.build, said, wishes, view.as_of)
        kept = Kept(view.build, page, base, forgotten, stamp, said, wishes, exact=fresh, open=1)
        kept.idle.append(Seen(view, space, said, kept.versions, kept.answers))
        return kept

    def _read(self, asked: Asked, *, fresh: bool) -> Reading:
        return self.space.read(asked[0], incognito=asked[1], fresh=fresh, keep=asked[0] == self._usual())

    def _install(self, asked: Asked, day: _Day, made: Kept, *, began: float, more: bool) -> None:
        with self._changed:
            if self._days.get(asked) is not day:
                # Nobody waits for this day any more.
                made.retire()
                return
            day.let_go()
            day.kept, day.forgotten = made, made.forgotten
            if not more and day.since == began:
                day.since = None
            self._changed.notify_all()

    def _base(self, view: Reading) -> duckdb.DuckDBPyConnection:
        """Return a connection on which handles are what they are; under invented names the view's own has lost them."""
        if not view.masked_with:
            return view.connection.cursor()
        home = self.space.home
        return opened(view.build, ledger.snapshot(home).files(), ledger.imports(home))

    def _another(self, asked: Asked, day: _Day, kept: Kept, said: list[Decision], versions: Versions) -> Seen:
        """Open one more view. said: what was decided before it was opened: what comes meanwhile is laid over it later."""
        try:
            view = self._read(asked, fresh=kept.exact)
        except BaseException:
            with self._changed:
                kept.open -= 1
                day.using -= 1
                self._changed.notify_all()
            raise
        # Other numbers may have come in force meanwhile: what is worked out of them is nobody else's.
        same = view.build.key == kept.build.key and (view.page is None or view.page.name == kept.page)
        answers = kept.answers if same else Answers()
        return Seen(view, self.space, said, versions, answers)

    def _laid_over(self, seen: Seen, kept: Kept) -> Seen:
        """Return a view with what the user decided meanwhile."""
        if seen.versions is not kept.versions:
            if kept.wishes.one_circle != seen.view.wishes.one_circle:
                seen.drawn = None
            seen.view, seen.said, seen.versions = replace(seen.view, wishes=kept.wishes), kept.said, kept.versions
        seen.behind = not kept.exact
        return seen

    def _give_back(self, day: _Day, kept: Kept, seen: Seen, *, whole: bool) -> None:
        """Take a view back. whole: whether nothing broke on it, which might have left its tables half made."""
        with self._changed:
            day.using -= 1
            if whole and day.kept is kept and seen.answers is kept.answers:
                kept.idle.append(seen)
            else:
                kept.open -= 1
                seen.view.connection.close()
            self._changed.notify_all()

    def _stamp(self) -> Stamp:
        home = self.space.home
        log = home.state.with_name(f"{home.state.name}-wal")
        return tuple(
            _file(path)
            for path in (home.facts / "MANIFEST", home.derived / "CURRENT", home.state, log, home.path / FILE)
        )


def _too_much() -> HomeBusy:
    return HomeBusy("Too much is asked at once.", hint="Ask again in a moment.")


def _file(path: Path) -> tuple[int, int, int] | None:
    try:
        at = path.stat()
    except OSError:
        return None
    return at.st_mtime_ns, at.st_size, at.st_ino
