"""Whole processes, measured: wall clock, processor time and peak memory of a command and all that it waited for.

The command is started by a small process of its own. Linux lets a child begin with the peak memory of the process that
started it, so a bench that holds a mailbox in memory would otherwise measure itself.
"""

from __future__ import annotations

import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from weakties import __version__

_LAUNCHER = """
import json, os, sys, time
began = time.perf_counter()
quiet = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_RDWR, 0) for stream in (0, 1, 2)]
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
_, status, used = os.wait4(pid, 0)
wall = time.perf_counter() - began
json.dump([wall, used.ru_utime + used.ru_stime, used.ru_maxrss, os.waitstatus_to_exitcode(status)], sys.stdout)
"""
_ENGINES = ("duckdb", "pyarrow")


class CommandFailed(Exception):
    """A command that was to be measured did not do its work."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took. wall, cpu: seconds; memory: peak, in MiB."""

    wall: float
    cpu: float
    memory: float

    def __add__(self, other: Cost) -> Cost:
        """Return the cost of one after the other."""
        return Cost(self.wall + other.wall, self.cpu + other.cpu, max(self.memory, other.memory))


def measured(command: Sequence[str | Path], environment: Mapping[str, str], *, fine: Sequence[int] = (0,)) -> Cost:
    """Run a command, its words unread, and return its cost. fine: exit codes that mean success. Raises CommandFailed."""
    # The command's output goes nowhere (it may name people); only the launcher's own line comes back.
    words = [sys.executable, "-I", "-S", "-c", _LAUNCHER, *map(str, command)]
    done = subprocess.run(words, env=dict(environment), capture_output=True, text=True, check=True)
    wall, cpu, kib, code = json.loads(done.stdout)
    if code not in fine:
        raise CommandFailed(
            f"{Path(command[0]).name} {command[1] if len(command) > 1 else ''} ended with exit code {code}"
        )
    return Cost(wall, cpu, kib / (1024 * 1024 if sys.platform == "darwin" else 1024))


def median(costs: Sequence[Cost]) -> Cost:
    """Return the median of each number on its own."""
    return Cost(
        statistics.median(c.wall for c in costs),
        statistics.median(c.cpu for c in costs),
        statistics.median(c.memory for c in costs),
    )


def seconds(work: Callable[[], object], *, times: int) -> float:
    """Return the median wall seconds of a piece of work inside this process, after one warm-up."""
    work()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def weakties(*words: str | Path) -> list[str | Path]:
    """Return the command line of weakties as it is installed here."""
    return [Path(sys.executable).with_name("weakties"), *words]


def environment(**more: str | Path) -> dict[str, str]:
    """Return the environment of a measured command: ours without its settings, and what is given."""
    own = {k: v for k, v in os.environ.items() if not k.startswith(("WEAKTIES_", "NOTMUCH_", "PYTHON"))}
    return {**own, **{k: str(v) for k, v in more.items()}}


def machine() -> str:
    """Return the machine in one line: processor, cores, memory, system, how busy it was."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1024**3
    load = os.getloadavg()[0]
    system = f"{platform.system()} {platform.release().partition('-')[0]}"
    return f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, {system}, load {load:.1f} at the start"


def versions() -> str:
    """Return the versions of what works here."""
    told = [f"weakties {__version__}", f"CPython {platform.python_version()}"]
    return ", ".join([*told, *(f"{name} {version(name)}" for name in _ENGINES)])


def _processor() -> str:
    try:
        told = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        told = None
    return told[1].strip() if told else platform.machine()
