"""Where the seconds of an import go, inside one process: every stage's own time, so that they add up to the whole.

The functions that make up a stage are wrapped from outside while the bench runs; one that has been renamed simply counts
as part of its caller. Reading on several cores is switched off here; what it brings shows in the import as a whole process.
"""

from __future__ import annotations

import importlib
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from bench.imports import LARGEST, missing
from bench.measure import environment, measured
from bench.tables import Table
from weakties.config import Settings
from weakties.workspace import open_workspace

START = "start: interpreter and modules"
WRITING = "refresh: writing the tables"
REST = "the rest"
LEAST = 0.01
_ROOMS = ("start", "look", "split", "parse", "text", "facts", "refresh", "after")
# Loaded before the clock runs: what the first import of a process loads is a stage of its own.
_MODULES = ("weakties.cli.main", "weakties.cli.intake", "weakties.workspace", "pyarrow.parquet", "rich.console")

# (module, attribute or Class.attribute, stage), in the order of the work. `split` and its like are read step by step.
_CALLS = (
    ("weakties.intake", "detect", "look: what is it"),
    ("weakties.facts.ledger", "digest", "look: was it here before"),
    ("weakties.sources.mail", "extract_message", "parse: header fields"),
    ("weakties.sources.mail", "read_body", "parse: body"),
    ("weakties.sources.mail", "read_text", "text: the rest"),
    ("weakties.sources.text", "cut", "text: what is quoted"),
    ("weakties.sources.text", "signature", "text: signature"),
    ("weakties.sources.text", "mentions", "text: people mentioned"),
    ("weakties.sources.text", "introductions", "text: introductions"),
    ("weakties.sources.text", "terms", "text: topic words"),
    ("weakties.sources.text", "asks", "text: requests"),
    ("weakties.facts.staging", "Writer.add", "facts: rows"),
    ("weakties.facts.staging", "Writer.__exit__", "facts: files"),
    ("weakties.facts.ledger", "count", "facts: counting"),
    ("weakties.facts.ledger", "commit", "facts: commit"),
    ("weakties.refresh", "ensure", WRITING),
    ("weakties.refresh", "_derive", "refresh: opening"),
    ("weakties.workspace.desk", "read", "after: ties and values for the summary"),
)  # fmt: skip
_STEPS = (
    ("weakties.sources.mail", "open_files", "split: unpack and split"),
    ("weakties.sources.mail", "split", "split: unpack and split"),
)


class Stopwatch:
    """Own times of nested stages. seconds: what each took without those inside it."""

    def __init__(self, name: str) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._open = [name]
        self._since = time.perf_counter()

    def switch(self, name: str) -> None:
        """End the stage that is open and begin another in its place."""
        self._account()
        self._open[-1] = name

    @contextmanager
    def inside(self, name: str) -> Iterator[None]:
        """Count what happens now for a stage."""
        self._account()
        self._open.append(name)
        try:
            yield
        finally:
            self.stop()
            self._open.pop()

    def stop(self) -> None:
        """Count the time until now."""
        self._account()

    def _account(self) -> None:
        now = time.perf_counter()
        self.seconds[self._open[-1]] += now - self._since
        self._since = now

    def call(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function with its time counted."""

        def timed(*args: Any, **named: Any) -> Any:
            with self.inside(name):
                return function(*args, **named)

        return timed

    def steps(self, name: str, function: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
        """Return the generator with the time of its own steps counted, not that of whoever reads it."""

        def timed(*args: Any, **named: Any) -> Iterator[Any]:
            made = function(*args, **named)
            while True:
                with self.inside(name):
                    item = next(made, self)
                if item is self:
                    return
                yield item

        return timed


def tables(rounds: int) -> list[Table]:
    """Measure the stages of the import of the largest mailbox."""
    table = Table("Stages of that import", {"stage": "", "s": ".2f", "messages/s": ",.0f", "share %": ".1f"})
    if line := missing(LARGEST):
        table.notes.append(line)
        return [table]
    for module in _MODULES:
        importlib.import_module(module)
    found = [_once(LARGEST) for _ in range(rounds)]
    number = found[0][1]
    named = [name for name in _order(found[0][0]) if name != REST]
    middle = {name: statistics.median(taken[name] for taken, _ in found) for name in [*named, REST]}
    middle = {START: _start(rounds), **middle}
    whole = sum(middle.values())
    for room in _ROOMS[1:]:
        middle[f"all of {room}"] = sum(took for name, took in middle.items() if name.startswith(f"{room}: "))
    for name, took in [*middle.items(), ("the whole", whole)]:
        # A rate says nothing of what is done once, or in no time.
        table.add(name, took, number / took if took >= LEAST else None, 100 * took / whole)
    table.notes.append(f"Own times, median of {rounds} imports of {number:,} messages into new homes; one process.")
    return [table]


def _once(paths: Sequence[Path]) -> tuple[dict[str, float], int]:
    with TemporaryDirectory(prefix="weakties-bench-") as folder:
        space = open_workspace(Path(folder) / "home", settings=Settings())
        watch = Stopwatch(REST)
        with ExitStack() as wrapped:
            # On one core nobody helps, so every stage passes here.
            wrapped.enter_context(patch("weakties.sources.crew.cores", lambda: 1))
            for where, wrap in ((_CALLS, watch.call), (_STEPS, watch.steps)):
                for module, attribute, name in where:
                    _wrap(wrapped, module, attribute, name, wrap)
            done = [i for path in paths for i in space.import_(path)]
            space.refresh(progress=lambda stage: watch.switch(f"refresh: {stage}"))
            space.after_import()
            watch.stop()
    return watch.seconds, sum(i.counts["events"].read for i in done)


def _wrap(
    wrapped: ExitStack,
    module: str,
    attribute: str,
    name: str,
    wrap: Callable[[str, Callable[..., Any]], Callable[..., Any]],
) -> None:
    owner: Any = importlib.import_module(module)
    *outer, last = attribute.split(".")
    for each in outer:
        owner = getattr(owner, each, None)
    if hasattr(owner, last):
        wrapped.enter_context(patch.object(owner, last, wrap(name, getattr(owner, last))))


def _order(taken: dict[str, float]) -> list[str]:
    """Return the stages in the order of the work: as first met, the sums of a room together."""
    met = list(taken)
    return sorted(met, key=lambda n: (_ROOMS.index(n.partition(":")[0]) if ":" in n else len(_ROOMS), met.index(n)))


def _start(rounds: int) -> float:
    words = [sys.executable, "-c", f"import {', '.join(_MODULES)}"]
    return statistics.median(measured(words, environment()).wall for _ in range(rounds + 1))
