"""Questions to a home that holds the largest mailbox, and to one of a million messages: as processes, and inside a program.

The large home is the invented one of the bench of the refresh. What a first question of a day works out is kept in the
daybook; so the first is measured apart, on a day that nobody asked about before.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.imports import LARGEST, bring_in, missing
from bench.measure import Cost, environment, measured, median, seconds, weakties
from bench.refresh import invent
from bench.tables import Table
from weakties.config import Settings
from weakties.workspace import Workspace, open_workspace

TIMES = 7
START = "python -c pass"
FIRST = "weakties today, first of the day"
# An event has nearly six participations in the invented home.
PARTICIPATIONS = 5_900_000
_SHOWN = 40


def tables(rounds: int) -> list[Table]:
    """Measure the questions. rounds: ignored where it is less than what a read needs to be measured well."""
    times = max(rounds, TIMES)
    found = []
    with TemporaryDirectory(prefix="weakties-bench-") as folder:
        for what, space in _homes(Path(folder)):
            # The day of the newest fact: on which the mailbox was exported.
            day = space.read().newest or date.today()
            events = sum(record.counts["events"].read for record in space.imports())
            whole = Table(
                f"Questions as whole processes: {what}, {events:,} messages",
                {
                    "command": "",
                    "wall s": ".3f",
                    "slowest s": ".3f",
                    "cpu s": ".3f",
                    "peak MiB": ",.0f",
                    "x python": ".1f",
                },
            )
            inside = Table(f"The same inside a running process: {what}", {"call": "", "ms": ",.1f"})
            _processes(whole, space, day, times)
            _calls(inside, space, day, times)
            whole.notes.append(f"Median of {times} after a warm-up, by turns.")
            inside.notes.append(f"Median of {times} after a warm-up.")
            found += [whole, inside]
    return found


def _homes(folder: Path) -> Iterator[tuple[str, Workspace]]:
    if line := missing(LARGEST):
        print(line)
    else:
        bring_in(LARGEST, folder / "real")
        yield "the largest mailbox", open_workspace(folder / "real", settings=Settings())
    space = open_workspace(folder / "large", settings=Settings())
    invent(space.home, PARTICIPATIONS)
    space.refresh()
    yield "an invented home", space


def _processes(table: Table, space: Workspace, day: date, times: int) -> None:
    home = environment(WEAKTIES_HOME=space.home.path)
    commands: dict[str, Sequence[str | Path]] = {
        START: [sys.executable, "-c", "pass"],
        "weakties --help": weakties("--help"),
    }
    words = {"today": (), "waiting": (), "people": (), "why NAME": (_somebody(space, day),)}
    for name, more in words.items():
        commands[f"weakties {name}"] = weakties(name.partition(" ")[0], *more, "--as-of", day.isoformat())
    costs: dict[str, list[Cost]] = {name: [] for name in (*commands, FIRST)}
    for turn in range(times + 1):
        unasked = weakties("today", "--as-of", (day - timedelta(days=1 + turn)).isoformat())
        for name, command in {**commands, FIRST: unasked}.items():
            cost = measured(command, home)
            if turn:
                costs[name].append(cost)
    start = median(costs[START]).wall
    for name, each in costs.items():
        cost = median(each)
        table.add(name, cost.wall, max(c.wall for c in each), cost.cpu, cost.memory, cost.wall / start)


def _calls(table: Table, space: Workspace, day: date, times: int) -> None:
    view = space.read(day)
    who = _somebody(space, day)
    for name, work in (
        ("Workspace.read", lambda: space.read(day)),
        ("Workspace.today(view=...)", lambda: space.today(view=view)),
        ("Workspace.waiting(view=...)", lambda: space.waiting(view=view)),
        (f"Workspace.people(view=..., limit={_SHOWN})", lambda: space.people(view=view, limit=_SHOWN)),
        ("Workspace.why(view=...)", lambda: space.why(who, view=view)),
    ):
        table.add(name, 1000 * seconds(work, times=times))


def _somebody(space: Workspace, day: date) -> str:
    """Return the handle of the first person of the list; for a command line, never for print."""
    return space.handle_of(str(space.people(as_of=day, limit=1)[0]["person"]))
