"""A graph of a million people and ten million ties: building, opening, and each question against peers in the same run.

The people are invented: how many ties somebody has follows a power law, seven ties in ten stay within a community, communities
are of very different sizes. Every peer is asked exactly the same, and whether it says the same is counted.
"""

from __future__ import annotations

import gc
import math
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from bench.graph_peers import PROGRAMS, Answers, Scored, Weakties, igraph_is_here
from bench.measure import Cost, environment, measured, median
from bench.tables import Table

PEOPLE, TIES = 1_000_000, 10_000_000
SEED = 7
# How steep: the share of people with more than x times the least number of ties, and of communities of more than so many times
# the least, falls as x to the minus this.
_STEEP, _STEEP_WORLDS = 1.5, 1.5
_MOST_PULL, _LEAST_WORLD, _MOST_WORLD, _AT_HOME = 2_000, 20, 5_000, 0.7
_ASKED, _HUBS, _FEW = 200, 20, 20
# Peers add and multiply in another order.
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. asked: the words of each; few: whom it takes so long that he is asked the first twenty alone."""

    name: str
    asked: Sequence[tuple[int, ...]]
    ask: Callable[[Any], Callable[..., Any]]
    programs: tuple[str, ...] = tuple(PROGRAMS)
    few: tuple[str, ...] = ()


def invent(path: Path, people: int, ties: int) -> None:
    """Write ties among invented people, each pair once, in no order, as Parquet: a, b (int32), weight (float32, 0.01 to 0.99)."""
    rng = np.random.default_rng(SEED)
    pull = np.minimum((1 - rng.random(people)) ** (-1 / _STEEP), _MOST_PULL)
    sizes = _LEAST_WORLD * (1 - rng.random(people // _LEAST_WORLD + 1)) ** (-1 / _STEEP_WORLDS)
    world = np.repeat(np.arange(len(sizes)), np.minimum(sizes, _MOST_WORLD).astype(np.int64))[:people]
    ends = np.r_[0.0, np.cumsum(pull)]
    low, high = (ends[np.searchsorted(world, world, side)] for side in ("left", "right"))
    keys = np.empty(0, np.int64)
    while len(keys) < ties:
        more = int((ties - len(keys)) * 1.1) + 1000
        a = np.searchsorted(ends, rng.random(more) * ends[-1], "right") - 1
        home = rng.random(more) < _AT_HOME
        start, stop = np.where(home, low[a], 0.0), np.where(home, high[a], ends[-1])
        b = np.minimum(np.searchsorted(ends, start + rng.random(more) * (stop - start), "right") - 1, people - 1)
        new = (np.minimum(a, b) * people + np.maximum(a, b))[a != b]
        keys = np.sort(np.r_[keys, new])
        keys = keys[np.r_[True, keys[1:] != keys[:-1]]]
    keys = rng.permutation(keys)[:ties]
    numbers = rng.permutation(people).astype(np.int32)
    weight = (0.01 + 0.98 * rng.random(ties) ** 2).astype(np.float32)
    pq.write_table(pa.table({"a": numbers[keys // people], "b": numbers[keys % people], "weight": weight}), path)


def tables(rounds: int, people: int = PEOPLE, ties: int = TIES) -> list[Table]:
    """Build and open once per round, in processes of their own; then ask everything in this one."""
    names = [name for name in PROGRAMS if name != "igraph" or igraph_is_here()]
    with TemporaryDirectory(prefix="weakties-bench-") as temporary:
        folder = Path(temporary)
        invent(folder / "ties.parquet", people, ties)
        first = _built(folder, names, rounds, people, ties)
        if "igraph" in names:
            first.notes.append(f"igraph {version('igraph')}; opening it is building it.")
        else:
            first.notes.append("igraph is not installed, so it is left out; see bench/graph_peers.py.")
        first.notes.append(f"numpy {version('numpy')}, load {os.getloadavg()[0]:.1f} at the end of building.")
        return [first, _asked(folder, names)]


def _built(folder: Path, names: Sequence[str], rounds: int, people: int, ties: int) -> Table:
    table = Table(
        f"A graph of {people:,} people and {ties:,} ties, from one Parquet file: building, and a new process up to its first answer",
        {
            "program": "",
            "build s": ".2f",
            "slowest s": ".2f",
            "cpu s": ".2f",
            "peak MiB": ",.0f",
            "disk MB": ",.0f",
            "open s": ".3f",
            "open MiB": ",.0f",
        },
    )
    home = environment(PYTHONPATH=os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]))
    built: dict[str, list[Cost]] = {name: [] for name in names}
    opened: dict[str, list[Cost]] = {name: [] for name in ("python -c pass", *names)}

    def run(*words: str | Path) -> Cost:
        return measured([sys.executable, "-m", "bench.graph_peers", *words], home)

    for _ in range(rounds):
        for name in names:
            if name == "DuckDB":
                (folder / "ties.duckdb").unlink(missing_ok=True)
            built[name].append(run(name, "build", folder, folder / "ties.parquet"))
        for name in names:
            opened[name].append(run(name, "open", folder, "1", "2"))
        opened["python -c pass"].append(measured([sys.executable, "-c", "pass"], home))
    files = {"weakties": [*(folder / "graph").iterdir()], "DuckDB": [folder / "ties.duckdb"]}
    for name in names:
        cost, start = median(built[name]), median(opened[name])
        size = sum(path.stat().st_size for path in files[name]) / 1e6 if name in files else None
        slowest = max(c.wall for c in built[name])
        table.add(name, cost.wall, slowest, cost.cpu, cost.memory, size, start.wall, start.memory)
    start = median(opened["python -c pass"])
    table.add("python -c pass", None, None, None, None, None, start.wall, start.memory)
    return table


def _asked(folder: Path, names: Sequence[str]) -> Table:
    table = Table(
        "Questions inside a running process",
        {
            "question": "",
            "program": "",
            "asked": ",d",
            "p50 ms": ",.3f",
            "p95 ms": ",.3f",
            "max ms": ",.1f",
            "x weakties": ",.1f",
            "the same": "",
        },
    )
    programs: dict[str, Answers] = {name: PROGRAMS[name](folder) for name in names}
    # igraph's answers hold lists of millions: Python is not to look through them while others are asked.
    gc.freeze()
    ours = programs["weakties"]
    assert isinstance(ours, Weakties)
    degree = ours.graph.degree
    for question in _questions(ours):
        answers: list[Any] = []
        middle = 0.0
        for name in question.programs:
            if name not in programs:
                continue
            asked = question.asked[:_FEW] if name in question.few else question.asked
            taken, told = _timed(question.ask(programs[name]), asked)
            low, high = np.percentile(taken, [50, 95])
            answers, middle = (answers, middle) if answers else (told, low)
            says = "" if name == "weakties" else f"{sum(map(_alike, told, answers))} of {len(told)}"
            table.add(question.name, name, len(told), low, high, max(taken), low / middle, says)
    gc.unfreeze()
    spread = ", ".join(f"{np.percentile(degree, share):,.0f}" for share in (50, 95, 100))
    table.notes.append(f"Ties of a person: {spread} (median, 95th of 100, most); hubs are the {_HUBS} who have most.")
    table.notes.append(
        "x weakties: the ratio of medians. igraph's answers but constraint are loops in Python over its neighbours."
    )
    table.notes.append(f"Load {os.getloadavg()[0]:.1f} at the end.")
    return table


def _questions(ours: Weakties) -> list[Question]:
    rng = np.random.default_rng(SEED + 1)
    degree = ours.graph.degree
    anybody = rng.permutation(np.flatnonzero(degree))
    hubs = np.argsort(-degree)[:_HUBS]
    some, others = anybody[:_ASKED], anybody[_ASKED : 2 * _ASKED]
    apart = _pairs(some, others)
    beyond = [(a, int(rng.choice(found))) for a in some.tolist() if (found := [n for n, _ in ours.two_hop(a)])]
    worst = np.resize(hubs, _ASKED)
    hub_pairs = [(int(a), int(b)) for a in hubs for b in hubs if a != b][:_ASKED]
    alone: tuple[str, ...] = ("weakties",)
    slow = ("igraph",)
    return [
        Question("introducers, two ties apart", beyond, lambda p: p.introducers),
        Question("introducers, between hubs", hub_pairs, lambda p: p.introducers),
        Question("best path of at most 4 ties, random pairs", apart, lambda p: p.best),
        Question("best path of at most 4 ties, two ties apart", beyond, lambda p: p.best),
        Question("best path of at most 4 ties, from hubs", _pairs(worst, others), lambda p: p.best, few=slow),
        Question("best path of at most 4 ties, between hubs", hub_pairs, lambda p: p.best, few=slow),
        Question(
            "three ways of at most 4 ties, random pairs", apart, lambda p: lambda a, b: p.three_ways(a, b, 4), alone
        ),
        Question(
            "three ways of at most 5 ties, random pairs", apart, lambda p: lambda a, b: p.three_ways(a, b, 5), alone
        ),
        Question(
            "three ways of at most 6 ties, random pairs", apart, lambda p: lambda a, b: p.three_ways(a, b, 6), alone
        ),
        Question("contacts of contacts, of random people", _each(some), lambda p: p.two_hop),
        Question("contacts of contacts, of hubs", _each(worst), lambda p: p.two_hop, few=slow),
        Question("constraint, of random people", _each(some), lambda p: p.constraint, few=slow),
        Question("constraint, of hubs", _each(worst), lambda p: p.constraint, few=slow),
        Question("distances to everybody", _each(some[:_FEW]), lambda p: p.distances, alone),
    ]


def _pairs(some: NDArray[np.int64], others: NDArray[np.int64]) -> list[tuple[int, ...]]:
    return [(int(a), int(b)) for a, b in zip(some, others, strict=True) if a != b]


def _each(nodes: NDArray[np.int64]) -> list[tuple[int, ...]]:
    return [(int(a),) for a in nodes]


def _timed(ask: Callable[..., Any], asked: Sequence[tuple[int, ...]]) -> tuple[list[float], list[Any]]:
    """Return the milliseconds of each answer and the answers; the first question is asked once before, untimed."""
    ask(*asked[0])
    taken, told = [], []
    for words in asked:
        began = time.perf_counter()
        told.append(ask(*words))
        taken.append(1000 * (time.perf_counter() - began))
    return taken, told


def _alike(one: Scored | float, other: Scored | float) -> bool:
    """Tell whether two answers are the same: the same people in the same order, scores equal but for rounding."""
    if isinstance(one, float) or isinstance(other, float):
        return isinstance(one, float) and isinstance(other, float) and math.isclose(one, other, rel_tol=_SAME)
    return [a for a, _ in one] == [b for b, _ in other] and all(
        math.isclose(s, t, rel_tol=_SAME) for (_, s), (_, t) in zip(one, other, strict=True)
    )
