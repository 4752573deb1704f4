"""The map at a glance, drawn by the server: circles as discs with their names, and what holds them together.

It is what is seen first, while the people come in, and all that is seen without WebGL or a script.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from weakties.panorama import Band, Disc
from weakties.ties.words import plural
from weakties.web.draw.labels import Room, clipped, width

WIDTH = 1000
# Around the outermost disc, and the least and the greatest height for this width.
_EDGE, _LOWEST, _HIGHEST = 14.0, 420.0, 760.0
# Sizes of names where there is room, and on a telephone, where the drawing is a third as wide.
_LARGE, _SMALL = 30.0, 15.0
_LINE = 1.25
# So many bands are drawn, the heaviest; their width as a part of the heaviest.
_BANDS, _STEPS = 120, (0.5, 0.2, 0.07)


@dataclass(frozen=True, slots=True)
class Spot:
    """A disc in the drawing. shown: its name as far as there is room, empty without any; minor: whether only a wide screen has it."""

    disc: Disc
    x: float
    y: float
    r: float
    shown: str
    minor: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """A drawing. lines: (x1, y1, x2, y2, width 1 to 4); dots: (x, y, place) of some people; text: what is to be seen."""

    width: int
    height: int
    spots: tuple[Spot, ...]
    lines: tuple[tuple[float, float, float, float, int], ...]
    text: str


def overview(discs: Sequence[Disc], bands: Sequence[Band]) -> Overview | None:
    """Draw circles and what lies between them; None where there is no circle."""
    if not discs:
        return None
    low_x, high_x = min(d.x - d.r for d in discs), max(d.x + d.r for d in discs)
    low_y, high_y = min(d.y - d.r for d in discs), max(d.y + d.r for d in discs)
    scale = (WIDTH - 2 * _EDGE) / max(high_x - low_x, 1e-6)
    height = (high_y - low_y) * scale + 2 * _EDGE
    if height > _HIGHEST:
        scale *= (_HIGHEST - 2 * _EDGE) / (height - 2 * _EDGE)
        height = _HIGHEST
    height = max(height, _LOWEST)
    middle_x, middle_y = (low_x + high_x) / 2, (low_y + high_y) / 2
    # As on any map, what is above has the greater y.
    at = {d.place: (WIDTH / 2 + (d.x - middle_x) * scale, height / 2 - (d.y - middle_y) * scale) for d in discs}
    shown = _names(discs, at, height)
    spots = [
        Spot(d, round(at[d.place][0], 1), round(at[d.place][1], 1), round(d.r * scale, 1), *shown[d.place])
        for d in sorted(discs, key=lambda d: -d.r)
    ]
    text = f"{plural(len(discs), 'circle', 'circles')} as patches, the larger the more people live in them."
    return Overview(WIDTH, round(height), tuple(spots), tuple(_lines(bands, at)), text)


def _names(discs: Sequence[Disc], at: dict[int, tuple[float, float]], height: float) -> dict[int, tuple[str, bool]]:
    """Return of each disc its name as far as there is room, the largest first, and whether only a wide screen has it."""
    large = _placed(discs, at, height, _LARGE, {})
    small = _placed(discs, at, height, _SMALL, large)
    return {d.place: (small.get(d.place, ""), d.place not in large) for d in discs}


def _placed(
    discs: Sequence[Disc], at: dict[int, tuple[float, float]], height: float, size: float, before: dict[int, str]
) -> dict[int, str]:
    """Return the names that have room at a size, in the middle of their discs. before: those that stand there in any case."""
    found, room, tall = dict(before), Room(), size * _LINE
    for disc in sorted(discs, key=lambda d: (d.place not in before, -d.people, d.place)):
        x, y = at[disc.place]
        text = before.get(disc.place) or clipped(disc.name, size, 2 * (min(x, WIDTH - x) - _EDGE / 2))
        half = width(text, size) / 2
        box = (x - half, y - tall / 2, x + half, y + tall / 2)
        if len(text) > 1 and box[1] > 0 and box[3] < height and room.take(box):
            found[disc.place] = text
    return found


def _lines(bands: Sequence[Band], at: dict[int, tuple[float, float]]) -> list[tuple[float, float, float, float, int]]:
    most = max((band.weight for band in bands), default=0.0)
    drawn = []
    for band in bands[:_BANDS]:
        (ax, ay), (bx, by) = at[band.a], at[band.b]
        wide = 4 - sum(band.weight < most * step for step in _STEPS)
        drawn.append((round(ax, 1), round(ay, 1), round(bx, 1), round(by, 1), wide))
    return drawn
