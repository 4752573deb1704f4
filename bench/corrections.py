"""What the numbers that an owner sets teach `strength` of her other ties: `python -m bench.corrections`.

People who declared their ties stand for owners who correct some numbers. Of each, ten contacts are shown; one, three or all ten of
them are corrected, drawn by lot or those that are most wrong; asked are all the others. A survey's answer is a strength of 1 or 0.
Told is the Brier score, the mean square of what strength is off, and beside it that of one number for everybody, the share who are
declared. How hard the formula is held was chosen in view of this table.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from bench.datasets import load
from bench.declared import ASKED, Survey, company, terms
from weakties.facts.engine import connect
from weakties.proof import log
from weakties.proof.features import Floats, Whole
from weakties.ties.strength import SHIPPED, fitted

SHOWN, CORRECTED, DRAWS, FEWEST = 10, (1, 3, 10), 5, 13


class Told(NamedTuple):
    """What owners say of their ties. owners, said: (n,); terms: (n, k)."""

    label: str
    owners: Whole
    terms: Floats
    said: Floats


def labels() -> Iterator[Told]:
    """Yield what was declared, with the terms of strength at that moment."""
    dormitory = connect()
    load(dormitory, "social-evolution")
    log.make(dormitory)
    for relation in ("CloseFriend", "SocializeTwicePerWeek"):
        surveys = [Survey(dormitory, day, relation) for day in ASKED]
        # Each owner counts once per survey.
        owners = [s.ego[s.spoke] + 1_000 * n for n, s in enumerate(surveys)]
        said = [s.named[s.spoke].astype(float) for s in surveys]
        values = [s.terms[s.spoke] for s in surveys]
        yield Told(relation, np.concatenate(owners), np.concatenate(values), np.concatenate(said))
    connection, end, pairs, boss, team = company()
    values_now = terms(connection, pairs, end)
    yield Told("boss or report", pairs.ego, values_now, boss.astype(float))
    yield Told("same team", pairs.ego, values_now, team.astype(float))


def off(told: Told, corrected: int, *, worst: bool) -> float:
    """Return by how much strength is off for the ties not shown, after so many corrections, as a mean square over owners."""
    found = []
    for owner in np.unique(told.owners):
        mine = np.flatnonzero(told.owners == owner)
        if len(mine) < FEWEST:
            continue
        for seed in range(DRAWS):
            drawn = np.random.default_rng(seed).permutation(mine)
            shown, asked = drawn[:SHOWN], drawn[SHOWN:]
            if worst:
                wrong = np.abs(_strength(told.terms[shown], SHIPPED.level, _weights()) - told.said[shown])
                shown = shown[np.argsort(-wrong, kind="stable")]
            taught = shown[:corrected]
            formula = fitted(told.terms[taught].tolist(), told.said[taught].tolist()) if corrected else SHIPPED
            weights = np.array([w for _, _, w in formula.signals.values()])
            found.append(np.mean((_strength(told.terms[asked], formula.level, weights) - told.said[asked]) ** 2))
    return float(np.mean(found))


def _weights() -> Floats:
    return np.array([w for _, _, w in SHIPPED.signals.values()])


def _strength(values: Floats, level: float, weights: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-(level + values @ weights)))
    return found


def main() -> None:
    """Print the table."""
    heads = [f"{n} {how}" for n in CORRECTED for how in ("by lot", "worst")]
    print(f"{'what strength is off':24}{'share':>9}{'none':>9}" + "".join(f"{h:>11}" for h in heads))
    for told in labels():
        share = float(told.said.mean())
        line = f"{told.label:24}{share * (1 - share):9.3f}{off(told, 0, worst=False):9.3f}"
        print(line + "".join(f"{off(told, n, worst=w):11.3f}" for n in CORRECTED for w in (False, True)), flush=True)


if __name__ == "__main__":
    main()
