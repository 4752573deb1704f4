"""A campaign of accidents: whatever happens to a command, the home is as before it or as after it, and the next command works.

    python -m scripts.faults kill --cases 1000          # kill -9 at that many moments, spread over the operations
    python -m scripts.faults together --cases 50        # two imports, an undo, a forget, a refresh and readers at once
    python -m scripts.faults full                        # disks from too small to large enough (needs root: tmpfs)

Every operation runs in a process of its own on a copy of one small home. A moment is drawn between the start and a little after the
end of an undisturbed run. After the accident the home is asked for its imports, people, decisions and derived tables.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

# Loaded once, before any process is made: a copy of this one is at work at once.
from weakties import answers, intake, refresh, rights, syncing  # noqa: F401
from weakties.accounts import Part
from weakties.config import Settings
from weakties.errors import HomeFull, WeaktiesError
from weakties.facts import accounts, backup, erasure, ledger
from weakties.facts.accounts import Account
from weakties.facts.home import Home
from weakties.facts.migrations import open_home
from weakties.facts.model import Origin
from weakties.sources import ReadOptions
from weakties.testing import LedgerNotation, events
from weakties.testing import parse as line
from weakties.workspace import Workspace

DAY = date(2026, 3, 1)
_FEWEST = 30
WORDS = "correct horse battery"
_WORLD = "\n".join(f"2026-0{1 + n % 2}-{1 + n % 27:02}  p{n % 40} <-> me  email x{1 + n % 5}" for n in range(200))
_MORE = "\n".join(f"2026-02-{1 + n % 27:02}  q{n % 30} <-> me  email x{1 + n % 4}" for n in range(150))
# How much room is left on the disks that are tried, in KiB.
_SMALLEST, _LARGEST, _STEP = 0, 320, 8

Operation = Callable[[Path], object]


def _take_in(home: Path, text: str, name: str) -> None:
    file = home.with_name(f"{home.name}-{name}.ledger")
    file.write_text(text, encoding="utf-8")
    intake.take_in(open_home(home), intake.Request(file, "me", 1_772_000_000), [LedgerNotation()])


def _space(home: Path) -> Workspace:
    return Workspace(open_home(home), Settings(me=("me@me.example",)))


def base(home: Path) -> None:
    """Make the home that every accident happens to: three imports, decisions, derived tables."""
    _take_in(home, _WORLD, "one")
    for n in range(2):
        _take_in(home, f"2026-01-1{n}  p{n} -> me  email x2", f"small-{n}")
    space = _space(home)
    space.decide("tag", "email:p3@p3.example", tag="optics")
    accounts.connect(space.home, ACCOUNT)
    space.refresh()


def _undo(home: Path) -> None:
    ledger.undo(open_home(home), ledger.imports(Home(home))[-1].id)


def _compact(home: Path) -> None:
    ledger.compact(open_home(home), now=1_790_000_000)


def _undo_small(home: Path) -> None:
    """Undo the import that nothing else in a campaign touches."""
    ledger.undo(open_home(home), next(i.id for i in ledger.imports(Home(home)) if i.path.endswith("small-1.ledger")))


def _forget(home: Path) -> None:
    space = _space(home)
    space.forget(space.to_forget("p3@p3.example").marks)


def _refresh(home: Path) -> None:
    space = _space(home)
    space.decide("merge", "email:p1@p1.example", other="email:p2@p2.example")
    space.refresh()


def _restore(home: Path) -> None:
    backup.restore(home.with_name("backup"), WORDS, home)


ACCOUNT = Account("letters:me", "letters", "me", 1_772_000_000)
_PARTS = 6


class _Letters:
    """A live account whose server gives out its letters in parts."""

    kind = "letters"
    reader = 1

    def __init__(self, parts: int = _PARTS) -> None:
        self._parts = parts

    def check(self, account: Account, secret: str) -> str:  # noqa: ARG002  the protocol's
        return f"{self._parts} parts of letters."

    def parts(
        self,
        account: Account,  # noqa: ARG002  the protocol's
        secret: str,  # noqa: ARG002
        cursor: Mapping[str, Any],
        options: ReadOptions,  # noqa: ARG002
    ) -> Iterator[Part]:
        for number in range(int(cursor.get("seen", 0)), self._parts):
            lines = [f"2026-02-{1 + n % 27:02}  r{number}-{n % 9} <-> me  email x2" for n in range(40)]
            extracts = [
                e for n, text in enumerate(lines) for e in events(line(text), Origin("INBOX", 1_000 * number + n))
            ]
            yield Part(extracts, {"seen": number + 1}, {"INBOX": (self._parts, number + 1)})


def _sync(home: Path, *, parts: int = _PARTS) -> None:
    syncing.sync(open_home(home), ACCOUNT, _Letters(parts), "", now=lambda: 1_772_000_000)


OPERATIONS: dict[str, Operation] = {
    "import": lambda home: _take_in(home, _MORE, "more"),
    "sync": _sync,
    "undo": _undo,
    "compact": _compact,
    "refresh": _refresh,
    "forget": _forget,
    "restore": _restore,
}


def told(home: Path) -> str:
    """Return what the home answers: imports, people with their numbers, decisions; and that its tables are what they should be."""
    space = _space(home)
    people = space.people(as_of=DAY)
    wrong = space.check()
    if wrong:
        raise AssertionError(f"derived tables that a fresh build does not give: {wrong}")
    answer: dict[str, Any] = {
        "imports": [(i.id, {k: c.as_json() for k, c in i.counts.items()}) for i in space.imports()],
        "people": [(p["name"], p["handle"], round(p["strength"] or 0, 6), p["value"]) for p in people],
        "decisions": [(d.kind, d.handle, d.other) for d in space.decisions()],
    }
    return json.dumps(answer, sort_keys=True)


def apart(work: Callable[[], str], *, after: float | None = None) -> tuple[int, str]:
    """Do work in a process of its own, killed after so many seconds; return its status and what it told."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out)
        code = 1
        with contextlib.suppress(BaseException):
            try:
                said = work()
                code = 0
            except HomeFull:
                said, code = "full", 3
            except WeaktiesError as error:
                said = f"{type(error).__name__}: {error}"
            except BaseException as error:  # noqa: BLE001  told to the parent, which judges it
                said = f"UNEXPECTED {type(error).__name__}: {error}"
            with os.fdopen(into, "w", encoding="utf-8") as pipe:
                pipe.write(said)
        os._exit(code)
    os.close(into)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(out, encoding="utf-8") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    return status, said


def doing(work: Operation, home: Path) -> Callable[[], str]:
    """Return that work on that home, which tells nothing."""

    def run() -> str:
        work(home)
        return ""

    return run


def _copied(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, symlinks=True)


@contextlib.contextmanager
def stage() -> Iterator[tuple[Path, Mapping[str, tuple[set[str], float]]]]:
    """Yield the folder with the first home, and per operation the answers it may leave and how long it takes."""
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        folder = Path(name)
        first = folder / "first"
        _must(apart(doing(base, first)))
        _must(apart(lambda: str(backup.make(Home(first), folder / "backup", WORDS, now=1).files)))
        before = _must(apart(lambda: told(first)))
        expected = {}
        for operation, work in OPERATIONS.items():
            _prepare(operation, first, folder / "home")
            started = time.monotonic()
            _must(apart(doing(work, folder / "home")))
            seconds = time.monotonic() - started
            after = _must(apart(lambda: told(folder / "home")))
            # A restore that did not happen leaves no home; a new one is empty.
            nothing = _must(apart(lambda: told(folder / "nothing"))) if operation == "restore" else before
            expected[operation] = ({nothing, after, *_half_of(operation, first, folder)}, seconds)
        yield folder, expected


def _half_of(operation: str, first: Path, folder: Path) -> set[str]:
    """Return what an operation of two steps may leave between them: a decision that was made and not yet followed."""
    if operation == "sync":
        return set(_after_each_part(first, folder))
    if operation != "refresh":
        return set()
    _prepare(operation, first, folder / "half")
    _must(
        apart(
            lambda: str(_space(folder / "half").decide("merge", "email:p1@p1.example", other="email:p2@p2.example").id)
        )
    )
    return {_must(apart(lambda: told(folder / "half")))}


def _after_each_part(first: Path, folder: Path) -> Iterator[str]:
    for parts in range(1, _PARTS):
        _prepare("sync", first, folder / "half")
        _must(apart(doing(partial(_sync, parts=parts), folder / "half")))
        yield _must(apart(lambda: told(folder / "half")))


def _prepare(operation: str, first: Path, home: Path) -> None:
    if operation == "restore":
        shutil.rmtree(home, ignore_errors=True)
    else:
        _copied(first, home)


def _must(result: tuple[int, str]) -> str:
    status, said = result
    if status:
        raise SystemExit(f"an undisturbed run failed: {said}")
    return said


def kill(cases: int, seed: int) -> int:
    """Kill operations at moments spread over their run; print what became of them; return how often something was wrong."""
    chance = random.Random(seed)
    wrong = 0
    with stage() as (folder, expected):
        home = folder / "home"
        outcomes: dict[str, Counter[str]] = {operation: Counter() for operation in OPERATIONS}
        _prepare("sync", folder / "first", home)
        _must(apart(doing(_sync, home)))
        whole = _must(apart(partial(told, home)))
        for number in range(cases):
            operation = list(OPERATIONS)[number % len(OPERATIONS)]
            allowed, seconds = expected[operation]
            _prepare(operation, folder / "first", home)
            work = OPERATIONS[operation]
            status, _ = apart(doing(work, home), after=chance.uniform(0, 1.05 * seconds))
            outcomes[operation]["killed" if os.WIFSIGNALED(status) else "ended before"] += 1
            status, said = apart(partial(told, home))
            if status or said not in allowed:
                wrong += 1
                print(f"WRONG {operation} case {number}: {said[:300]}", flush=True)
            elif operation == "forget" and _erased(home):
                outcomes[operation]["erased"] += 1
            elif operation == "sync":
                # Where it was cut off, the next one goes on: at its end nothing is missing and nothing is there twice.
                _must(apart(doing(work, home)))
                wrong += apart(partial(told, home))[1] != whole
        for operation, counted in outcomes.items():
            print(f"{operation:<8} {', '.join(f'{count} {what}' for what, count in counted.items())}")
    print(f"{cases} accidents, {wrong} wrong")
    return wrong


def _erased(home: Path) -> bool:
    status, said = apart(lambda: f"{bool(erasure.tombstones(Home(home)))} {bool(erasure.pending(Home(home)))}")
    return not status and said == "True False"


def full() -> int:
    """Let the disk be full at every step of 8 KiB; return how often something was wrong."""
    wrong = 0
    with stage() as (folder, expected):
        disk = folder / "disk"
        disk.mkdir()
        for operation, work in OPERATIONS.items():
            outcomes: Counter[str] = Counter()
            for room in range(_SMALLEST, _LARGEST, _STEP):
                subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m,mode=0700", "tmpfs", str(disk)], check=True)
                try:
                    if operation != "restore":
                        _copied(folder / "first", disk / "home")
                    _leave(disk, room)
                    home = disk / "home"
                    status, said = apart(doing(_reading_from(folder, work), home))
                    code = os.waitstatus_to_exitcode(status)
                    outcomes["full" if code else "done"] += 1
                    if code and "could not be written: No space left" not in said and said != "full":
                        wrong += 1
                        print(f"WRONG {operation} with {room} KiB: {said[:300]}", flush=True)
                    subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
                    status, said = apart(partial(told, home))
                    if status or said not in expected[operation][0]:
                        wrong += 1
                        print(f"WRONG {operation} after {room} KiB: {said[:300]}", flush=True)
                finally:
                    subprocess.run(["umount", str(disk)], check=True)
            print(f"{operation:<8} {', '.join(f'{count} {what}' for what, count in outcomes.items())}", flush=True)
    print(f"{wrong} wrong")
    return wrong


def _reading_from(folder: Path, work: Operation) -> Operation:
    """Return the same work with what it reads on another disk than what it writes."""
    file = folder / "more.ledger"
    if work is _restore:
        return lambda home: backup.restore(folder / "backup", WORDS, home)
    if work is OPERATIONS["import"]:
        file.write_text(_MORE, encoding="utf-8")
        # The same content has the same id wherever it lies.
        request = intake.Request(file, "me", 1_772_000_000)
        return lambda home: intake.take_in(open_home(home), request, [LedgerNotation()])
    return work


def _ask(home: Path) -> None:
    """Ask for people again and again: every answer is of one moment."""
    space = _space(home)
    for _ in range(6):
        people = space.people(as_of=DAY)
        if len(people) < _FEWEST:
            raise AssertionError(f"only {len(people)} people")


def together(cases: int) -> int:
    """Let everything happen at once; return how often somebody was refused, or the end was not what it should be."""
    wrong = 0
    more = "\n".join(f"2026-02-{1 + n % 27:02}  r{n % 20} <-> me  email x2" for n in range(60))
    at_once: dict[str, Operation] = {
        "import": OPERATIONS["import"], "another": lambda home: _take_in(home, more, "another"), "undo": _undo_small,
        "forget": _forget, "refresh": lambda home: _space(home).refresh(), "reader": _ask, "second reader": _ask,
    }  # fmt: skip
    with stage() as (folder, _):
        home = folder / "home"
        ends = set()
        for number in range(cases):
            _copied(folder / "first", home)
            with ThreadPoolExecutor(len(at_once)) as pool:
                running = {name: pool.submit(apart, doing(work, home)) for name, work in at_once.items()}
            for name, result in running.items():
                status, said = result.result()
                if status:
                    wrong += 1
                    print(f"WRONG {name} in case {number}: {said[:300]}", flush=True)
            ends.add(_must(apart(partial(told, home))))
    if len(ends) != 1:
        wrong += 1
        print(f"WRONG: {len(ends)} different ends")
    print(f"{cases} times {len(at_once)} at once, {wrong} wrong")
    return wrong


def _leave(disk: Path, room: int) -> None:
    """Make a disk so small that it has that many KiB left."""
    found = os.statvfs(disk)
    used = (found.f_blocks - found.f_bfree) * found.f_frsize // 1_024
    subprocess.run(["mount", "-o", f"remount,size={used + max(room, 4)}k", str(disk)], check=True)


def main() -> int:
    """Run the campaign that the command line asks for; exit 1 where something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("kill", "full", "together"))
    parser.add_argument("--cases", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if asked.kind == "together":
        return int(together(asked.cases) > 0)
    return int((kill(asked.cases, asked.seed) if asked.kind == "kill" else full()) > 0)


if __name__ == "__main__":
    sys.exit(main())
