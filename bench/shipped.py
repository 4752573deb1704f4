"""How the shipped weights of `alive` come about: `python -m bench.shipped`, which writes them beside the formula.

Every public set is cut at four moments and asked about three horizons; every set has the same weight, the four departments of
one institution share theirs. Weights for a set that is to be measured are learned on the others (`without`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import duckdb
import numpy as np

from bench.datasets import SETS, UNTIL, family, load
from weakties.proof import log, protocol
from weakties.ties import learning, regression
from weakties.ties.regression import Outcomes, Weights
from weakties.ties.signals import SIGNALS

FILE = Path(learning.__file__).parent / "alive.json"
TIMES = (1 / 3, 1, 3)
QUANTILES = (0.35, 0.5, 0.65, 0.8)
# Rows that all sets together count as, and how hard the weights are held to none.
_ROWS, _HELD = 20_000.0, 5.0
_FEW = 30


def _snapshots(name: str) -> Iterator[Outcomes]:
    source = duckdb.connect()
    load(source, name)
    log.make(source, only=True)
    for times in TIMES:
        horizon = round((90 if name == "lists" else 30) * times)
        task = protocol.Task("shipped", horizon, QUANTILES, ())
        for cut in protocol.cut_offs(source, task, until=UNTIL.get(name)):
            days = protocol.days_until(source, cut + task.window)
            # The last day that is whole.
            day = cut // log.DAY - 1
            found = learning.outcomes(days.table("tie_days"), days.table("beside_days"), day=day, horizon_days=horizon)
            days.close()
            if len(found.came) >= _FEW:
                yield found


@lru_cache(maxsize=len(SETS))
def snapshots(name: str) -> tuple[Outcomes, ...]:
    """Return what a set teaches: signals and outcomes at every moment and horizon."""
    return tuple(_snapshots(name))


def train(without: str = "") -> Weights:
    """Return weights learned on all sets but those of the family `without`."""
    used = [name for name in SETS if family(name) != without]
    known = [(k, name) for name in used for k in snapshots(name)]
    sizes = {name: sum(family(n) == family(name) for n in used) * len(snapshots(name)) for name in used}
    # A department says less than a set of its own, and four of them more than one.
    shares = [_share(name, used) / len(k.came) / sizes[name] for k, name in known]
    return taught([k for k, _ in known], shares, {n: signal.rises for n, signal in SIGNALS.items()}, rows=_ROWS)


def taught(known: Sequence[Outcomes], shares: Sequence[float], rises: Mapping[str, int], *, rows: float) -> Weights:
    """Return weights to start from, held to none, in units of what is usual in the sets.

    shares: what a row of each of the known is worth beside those of the others; rows: as how many all together count. rises: of
    each signal, in its order.
    """
    worth = np.concatenate([np.full(len(k.came), share) for k, share in zip(known, shares, strict=True)])
    worth *= rows / worth.sum()
    values = np.concatenate([k.values for k in known])
    mean = np.average(values, axis=0, weights=worth)
    spread = np.sqrt(np.average((values - mean) ** 2, axis=0, weights=worth)) + 1e-6
    z = np.column_stack([np.ones(len(values)), (values - mean) / spread])
    held = np.concatenate([[1e-3], np.full(len(rises), _HELD)])
    came, levels = np.concatenate([k.came for k in known]), regression.levels_of(known)
    limits = regression.limits_of(tuple(rises.values()))
    found, _, _ = regression.fit(z, came, worth, levels, before=np.zeros(len(held)), held=held, limits=limits)
    table = np.round(np.column_stack([mean, spread, found[1:]]), 6)
    names = zip(rises, table.tolist(), strict=True)
    return Weights(round(float(found[0]), 6), {name: (m, s, w) for name, (m, s, w) in names})


def _share(name: str, used: list[str]) -> float:
    return float(np.sqrt(sum(family(n) == family(name) for n in used)))


def main() -> None:
    """Learn on everything and write the file."""
    weights = train()
    FILE.write_text(weights.as_json(), encoding="utf-8")
    sys.stdout.write(f"{len(SIGNALS)} weights from {len(SETS)} sets: {FILE}\n")


if __name__ == "__main__":
    main()
