"""Questions to a home that holds the largest mailbox: as whole processes, and inside a program that is running."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.imports import LARGEST, bring_in, missing
from bench.measure import Cost, environment, measured, median, seconds, weakties
from bench.tables import Table
from weakties.config import Settings
from weakties.workspace import Workspace, open_workspace

TIMES = 7
START = "python -c pass"


def tables(rounds: int) -> list[Table]:
    """Measure the questions. rounds: ignored where it is less than what a read needs to be measured well."""
    whole = Table(
        "Questions as whole processes",
        {"command": "", "wall s": ".3f", "slowest s": ".3f", "cpu s": ".3f", "peak MiB": ",.0f", "x python": ".1f"},
    )
    inside = Table("The same inside a running process", {"call": "", "ms": ",.1f"})
    if line := missing(LARGEST):
        whole.notes.append(line)
        return [whole]
    times = max(rounds, TIMES)
    with TemporaryDirectory(prefix="weakties-bench-") as folder:
        home = Path(folder) / "home"
        bring_in(LARGEST, home)
        space = open_workspace(home, settings=Settings())
        day = space.read().newest or date.today()  # the newest fact: the day on which the mailbox was exported
        _processes(whole, space, day, times)
        _calls(inside, space, day, times)
    whole.notes.append(f"Median of {times} after a warm-up, by turns. Aims: `today` under 1 s, `--help` under 0.2 s.")
    inside.notes.append(f"Median of {times} after a warm-up.")
    return [whole, inside]


def _processes(table: Table, space: Workspace, day: date, times: int) -> None:
    home = environment(WEAKTIES_HOME=space.home.path)
    commands: dict[str, Sequence[str | Path]] = {
        START: [sys.executable, "-c", "pass"],
        "weakties --help": weakties("--help"),
    }
    words = {"today": (), "waiting": (), "people": (), "why NAME": (_somebody(space, day),)}
    for name, more in words.items():
        commands[f"weakties {name}"] = weakties(name.partition(" ")[0], *more, "--as-of", day.isoformat())
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for turn in range(times + 1):
        for name, command in commands.items():
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
        ("Workspace.people(view=...)", lambda: space.people(view=view)),
        ("Workspace.why(view=...)", lambda: space.why(who, view=view)),
    ):
        table.add(name, 1000 * seconds(work, times=times))


def _somebody(space: Workspace, day: date) -> str:
    """Return the handle of the first person of the list; for a command line, never for print."""
    return space.handle_of(str(space.people(as_of=day)[0]["person"]))
