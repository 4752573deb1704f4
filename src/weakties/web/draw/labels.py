"""Where names find room in a drawing: how wide they are, about, and which of them would lie over another."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

# Widths of a letter for a size of 1: of most scripts, of capitals and wide ones, of ideographs; what narrow ones take.
_USUAL, _WIDE, _FULL, _NARROW = 0.54, 0.7, 1.02, 0.3
_THIN = frozenset("iljtfrI.,:;'|!()[] -")


def width(text: str, size: float) -> float:
    """Return about how wide a text is, rather too wide than too narrow. size: of its letters."""
    wide = 0.0
    for letter in text:
        if unicodedata.combining(letter):
            continue
        if unicodedata.east_asian_width(letter) in "WF":
            wide += _FULL
        elif letter in _THIN:
            wide += _NARROW
        else:
            wide += _WIDE if letter.isupper() or letter in "mwMW@" else _USUAL
    return wide * size


def clipped(text: str, size: float, room: float) -> str:
    """Return a text cut so that it has room, with dots where something is missing."""
    if width(text, size) <= room:
        return text
    kept = text
    while kept and width(f"{kept}…", size) > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


@dataclass(slots=True)
class Room:
    """What of a drawing is taken. Boxes are (left, top, right, bottom)."""

    taken: list[tuple[float, float, float, float]] = field(default_factory=list)

    def free(self, box: tuple[float, float, float, float]) -> bool:
        """Tell whether nothing lies there yet."""
        left, top, right, bottom = box
        return not any(left < r and right > x and top < b and bottom > y for x, y, r, b in self.taken)

    def take(self, box: tuple[float, float, float, float]) -> bool:
        """Take a box if it is free; tell whether it was."""
        if not self.free(box):
            return False
        self.taken.append(box)
        return True
