"""The score held against every published one on the public sets, at the published horizons: `make evaluate`.

`python -m bench.evaluate [SET ...] [--task TASK] [--json FILE]`. Without a set or a task, all of them.
What is asked, and how, stands in `weakties.proof`; here are the sets, their horizons, and the four-number formula with weights
from the other sets alone (LODO), which needs them all: it is fitted where every set is measured, or with `--lodo`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from bench import shipped
from bench.datasets import SETS, UNTIL, family, load
from weakties.errors import WeaktiesError
from weakties.facts.engine import connect
from weakties.proof import compare, log, models, protocol, tables
from weakties.proof.features import NAMES, seen_by_models
from weakties.proof.methods import Fixed, Method, Scores
from weakties.proof.product import NAME, Weakties, WithOthers
from weakties.proof.protocol import Past, Task
from weakties.proof.single import FOUR

# Days within which contact counts, as published.
HORIZONS = {name: 90 if name == "lists" else 30 for name in SETS}
# Days of silence before and of waiting after, as published; the dormitory's ties were not measured.
SILENT = {name: {"lists": 180, "manufacturing-email": 30}.get(name, 60) for name in SETS if name != "social-evolution"}
TASKS = ("persistence", "dormant", "answers", "declared", "fof", "introducer")
LODO = "four_numbers_lodo"

Said = list[dict[str, Any]]
Rows = tuple[np.ndarray[Any, np.dtype[np.float64]], np.ndarray[Any, np.dtype[np.bool_]]]


def opened(name: str) -> duckdb.DuckDBPyConnection:
    """Return a connection with the log of a set."""
    connection = connect()
    load(connection, name)
    log.make(connection, only=True)
    return connection


def four(name: str) -> list[Rows]:
    """Return the four features and the label of all pairs of a set at each of its test cut-offs."""
    connection = opened(name)
    task = protocol.persistence(HORIZONS[name])
    places = [NAMES.index(feature) for feature in FOUR]
    found = []
    for cut in protocol.cut_offs(connection, task, until=UNTIL.get(name)):
        known = protocol.known_at(connection, cut, task)
        found.append((seen_by_models(known.past.pairs.values)[:, places], known.contact))
    return found


def fitted(parts: Sequence[Rows]) -> models.Fit:
    """Fit the four weights, each set and cut-off with the same total weight."""
    values, labels = np.concatenate([v for v, _ in parts]), np.concatenate([y for _, y in parts])
    weights = np.concatenate([np.full(len(y), 1 / len(y)) for _, y in parts])
    return models.fit(values, labels, row_weights=weights / weights.mean())


def lodo(found: models.Fit) -> Method:
    """Return the four-number formula with these weights as a method."""
    places = [NAMES.index(feature) for feature in FOUR]

    def score(past: Past, fit: models.Fit) -> Scores:
        odds = fit.log_odds(seen_by_models(past.pairs.values)[:, places])
        return Scores(odds, models.chances(odds))

    return Fixed(LODO, "four numbers, weights of the other sets", partial(score, fit=found))


def task_of(task: str, name: str) -> Task | None:
    """Return what is asked of a set, None where nothing was published for it."""
    if task == "persistence":
        return protocol.persistence(HORIZONS[name])
    return protocol.dormant(SILENT[name]) if name in SILENT else None


def measured(name: str, asked: Task, extra: Sequence[Method] = (), *, others: bool = False) -> compare.Comparison:
    """Hold every method against ours on one set. others: ours is the one that sees the traffic of others too."""
    # What is shipped has seen these sets: here it starts from what the others taught.
    start = shipped.train(without=family(name))
    ours = WithOthers(start, name=NAME) if others else Weakties(start)
    methods = (ours, *(m for m in compare.METHODS if m.name != ours.name), *extra)
    return compare.compare(opened(name), asked, dataset=name, methods=methods, until=UNTIL.get(name))


def overview(found: Sequence[compare.Comparison]) -> str:
    """Return one line per set and task: ours, and the difference to the models that learn from the same log."""
    shown = ("four_numbers", "logistic_24", "logistic_28")
    lines = [
        f"{'set':22}{'task':13}{'AUC':>6}{'NDCG':>7}{'skill':>8}{'ECE':>7}{'band':>7}"
        + "".join(f"{n:>30}" for n in shown)
    ]
    for one in found:
        ours = tables.ours(one)
        line = f"{one.dataset:22}{one.task.name:13}{ours.auc:6.3f}{ours.ndcg:7.3f}{ours.skill or 0:8.3f}"
        if ours.reliability:
            line += f"{ours.reliability.ece:7.3f}{ours.reliability.band[1]:7.3f}"
        for other in shown:
            better = next((m.better["auc"] for m in one.methods if m.method.name == other), None)
            line += f"{f'{better.value:+.3f} ({better.low:+.3f} to {better.high:+.3f})':>30}" if better else f"{'':30}"
        lines.append(line)
    return "\n".join(lines)


def _of_strangers(tasks: Sequence[str], sets: Sequence[str]) -> Iterator[tuple[Said, Said]]:
    """Yield rows, and what they were made on, of the tasks about people not yet in touch."""
    if "fof" in tasks:
        from bench import friends

        yield friends.report(sets)
    if "introducer" in tasks:
        from bench import openings

        yield openings.report(sets)


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print, and write the JSON."""
    parser = argparse.ArgumentParser(prog="make evaluate")
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"Of {', '.join(SETS)}; all without any.")
    parser.add_argument("--task", choices=[*TASKS, "all"], default="all")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument(
        "--lodo", action="store_true", help="Fit the four weights on the other sets although some are asked."
    )
    parser.add_argument(
        "--others", action="store_true", help="Let ours see the traffic of others too, as logistic_28 does."
    )
    asked = parser.parse_args(words)
    if unknown := [name for name in asked.sets if name not in SETS]:
        parser.error(f"there is no set {unknown[0]!r}; there are {', '.join(SETS)}")
    tasks = TASKS if asked.task == "all" else (asked.task,)
    sets = asked.sets or list(SETS)
    comparisons = []
    rows: list[dict[str, Any]] = []
    parts = {name: four(name) for name in SETS} if "persistence" in tasks and (asked.lodo or not asked.sets) else {}
    for task in tasks:
        if task not in ("persistence", "dormant"):
            continue
        for name in sets:
            if (what := task_of(task, name)) is None:
                continue
            rest = [p for other, found in parts.items() if family(other) != family(name) for p in found]
            extra = [lodo(fitted(rest))] if rest and task == "persistence" else []
            try:
                found = measured(name, what, extra, others=asked.others)
            except WeaktiesError as error:
                print(f"{name}: {error}\n")
                continue
            comparisons.append(found)
            print(tables.text(found), end="\n\n", flush=True)
            rows += tables.rows(found)
    if comparisons:
        print(overview(comparisons))
    if "answers" in tasks and not asked.others:
        from bench import answers

        rows += answers.report(sets)
    if "declared" in tasks and not asked.others:
        from bench import declared

        rows += declared.report(sets if asked.sets else declared.SETS)
    about = [tables.summary(c) for c in comparisons]
    if not asked.others:
        for found_rows, found_about in _of_strangers(tasks, sets):
            rows += found_rows
            about += found_about
    if asked.json:
        said = {"others": asked.others, "rows": rows, "about": about}
        asked.json.write_text(json.dumps(said, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
