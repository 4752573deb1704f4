"""Whether a chance means what it says: Brier score, reliability in ten bins of equal mass, and how far off luck alone takes one.

The expected calibration error (ECE) is the mean distance, weighted by pairs, between what was said and what came in each
bin. It is above 0 even where every chance is exact; so labels are drawn from the chances themselves, many times, and the
middle 95 % of what that gives is the band of a perfectly calibrated score on these pairs. The two directions of a pair
share their luck, because they share their label.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weakties.proof.features import Flags, Floats, Whole

BINS = 10
_DRAWS = 500
_BAND = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs that were told about the same chance. said, came: mean chance and share in touch; low, high: 95 % band of `came`
    were every chance exact.
    """

    pairs: int
    said: float
    came: float
    low: float
    high: float

    def as_json(self) -> dict[str, float | int]:
        """Return the bin as the commands print it."""
        return {"pairs": self.pairs, "said": self.said, "came": self.came, "low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class Reliability:
    """The bins from the lowest chance to the highest; ece; band: where the ECE of exact chances lies 95 times of 100."""

    bins: tuple[Bin, ...]
    ece: float
    band: tuple[float, float]

    @property
    def within(self) -> bool:
        """Tell whether the ECE is no larger than luck alone makes it."""
        return self.ece <= self.band[1]


def brier(chance: Floats, came: Flags) -> float:
    """Return the mean squared distance between chance and outcome, in [0, 1]; nan without pairs."""
    return float(np.mean((chance - came) ** 2)) if len(chance) else float("nan")


def reliability(chance: Floats, came: Flags, shared: Whole, *, seed: int = 0, draws: int = _DRAWS) -> Reliability:
    """Return bins, ECE and its band. chance, came: (n,); shared: (n,) the same number where pairs share their label."""
    if not len(chance):
        return Reliability((), float("nan"), (float("nan"), float("nan")))
    order = np.argsort(chance, kind="stable")
    chance, came = chance[order], came[order].astype(np.float64)
    luck = np.unique(shared[order], return_inverse=True)[1]
    starts = _starts(chance)
    pairs = np.diff(np.append(starts, len(chance)))
    said = np.add.reduceat(chance, starts) / pairs
    drawn = np.empty((draws, len(starts)))
    rng = np.random.default_rng(seed)
    for row in drawn:
        row[:] = np.add.reduceat((rng.random(luck.max() + 1)[luck] < chance).astype(np.float64), starts) / pairs
    share = pairs / pairs.sum()
    seen = np.add.reduceat(came, starts) / pairs
    low, high = np.percentile(drawn, _BAND, axis=0)
    by_luck = np.percentile(np.abs(drawn - said) @ share, _BAND)
    bins = tuple(Bin(int(n), *map(float, row)) for n, *row in zip(pairs, said, seen, low, high, strict=True))
    return Reliability(bins, float(np.abs(seen - said) @ share), (float(by_luck[0]), float(by_luck[1])))


def _starts(chance: Floats) -> Whole:
    """Return where each bin begins among sorted chances: equal ones stand in one bin, that of their middle."""
    ends = np.flatnonzero(np.append(chance[1:] != chance[:-1], True))
    begins = np.append(0, ends[:-1] + 1)
    of = (BINS * (begins + ends + 1) / 2 / len(chance)).astype(np.int64)
    found: Whole = begins[np.flatnonzero(np.append(True, of[1:] != of[:-1]))]
    return found
