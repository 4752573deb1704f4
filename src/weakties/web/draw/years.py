"""Years side by side as columns: one number a year, or two of which the second stands beside the first, paler."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Height of the drawing, width of a year in it and of what stands in a year.
HEIGHT, _YEAR, _COLUMNS = 48, 12, 8.0
# Years that are drawn at the most: earlier ones are in the table.
_YEARS = 16


@dataclass(frozen=True, slots=True)
class Years:
    """A drawing. columns: (x, y, width, height, whether it is the second) of each; years: those that are drawn; text: what is to
    be seen, in a sentence."""

    width: int
    columns: tuple[tuple[float, float, float, float, bool], ...]
    years: tuple[int, ...]
    text: str


def years(rows: Sequence[tuple[int, Sequence[float]]], text: str) -> Years | None:
    """Draw some years, None where there are none. rows: (year, one or two numbers), ascending; text: what they are."""
    if not rows:
        return None
    values = {year: tuple(numbers) for year, numbers in rows}
    last = rows[-1][0]
    drawn = tuple(range(max(rows[0][0], last - _YEARS + 1), last + 1))
    most = max((number for year in drawn for number in values.get(year, ())), default=0) or 1
    columns = []
    for place, year in enumerate(drawn):
        numbers = values.get(year, ())
        wide = _COLUMNS / max(1, len(numbers))
        for which, number in enumerate(numbers):
            tall = round(number / most * (HEIGHT - 2), 1)
            x = place * _YEAR + (_YEAR - _COLUMNS) / 2 + which * wide
            columns.append((round(x, 1), round(HEIGHT - tall, 1), round(wide - 0.6, 1), tall, which > 0))
    first = values.get(drawn[0], (0,))[0]
    return Years(
        _YEAR * len(drawn),
        tuple(columns),
        drawn,
        f"{text}: {first:,} in {drawn[0]}, {values[last][0]:,} in {last}, {most:,} at the most.",
    )
