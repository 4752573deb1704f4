"""What was said and what came: each bin of pairs a point, over the band in which exact chances would lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SIDE, MARGIN = 320, 44


@dataclass(frozen=True, slots=True)
class Point:
    """A bin of pairs. x, y: where its point lies; low, high: ends of its bar; the rest as numbers for the table."""

    x: float
    y: float
    low: float
    high: float
    pairs: int
    said: float
    came: float
    exact: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Calibration:
    """A drawing. text: what is to be seen, in a sentence."""

    size: int
    points: tuple[Point, ...]
    text: str
    ticks: tuple[tuple[float, float, str], ...]
    zero: float = MARGIN
    one: float = MARGIN + SIDE


def calibration(bins: Sequence[Mapping[str, float]]) -> Calibration | None:
    """Draw the bins of a comparison, as `proof.calibration.Bin.as_json`; None without any."""
    if not bins:
        return None
    points = tuple(_point(each) for each in bins)
    inside = sum(p.exact[0] <= p.came <= p.exact[1] for p in points)
    text = f"In {inside} of {len(points)} groups of pairs as many came as exact chances would let come."
    ticks = tuple((_x(share), _y(share), f"{share:g}") for share in (0.0, 0.5, 1.0))
    return Calibration(SIDE + 2 * MARGIN, points, text, ticks)


def _point(one: Mapping[str, float]) -> Point:
    low, high = one["low"], one["high"]
    return Point(
        _x(one["said"]), _y(one["came"]), _y(low), _y(high), int(one["pairs"]), one["said"], one["came"], (low, high)
    )


def _x(share: float) -> float:
    return round(MARGIN + share * SIDE, 1)


def _y(share: float) -> float:
    return round(MARGIN + (1 - share) * SIDE, 1)
