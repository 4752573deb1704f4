"""The network as a browser takes it in: columns of numbers in frames, so that it can draw the first people before the last tie came.

A frame is two whole numbers of four bytes (how long its head and its columns are, least byte first), a head in JSON, and the columns
one after the other, each as its type says: `i2`, `u2`, `u1`, least byte first. First comes `about`, then `people`, `ties` and `end`.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from weakties.panorama import HOW, KINDS, Panorama

# What a place on the map is multiplied by, and a share of 1.
PLACE, SHARE = 20_000, 255
# The nearest come at once, then larger parts.
_NEAREST, _PEOPLE, _TIES = 2_000, 8_000, 25_000
_LAST_DAY = 2**16 - 1

Column = tuple[str, str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Packed:
    """A stream, packed by gzip once for all who ask. parts: its pieces in their order; size: bytes before packing."""

    parts: Sequence[bytes]
    size: int

    def plain(self) -> Iterator[bytes]:
        """Return the pieces unpacked, for a browser that takes no gzip."""
        way = zlib.decompressobj(31)
        for part in self.parts:
            yield way.decompress(part)


def packed(net: Panorama, *, today: int) -> Packed:
    """Pack a network. today: days since 1970."""
    # Each frame is flushed, so that it can be read as soon as it is there.
    way = zlib.compressobj(6, zlib.DEFLATED, 31)
    parts, size = [], 0
    for frame in frames(net, today=today):
        parts.append(way.compress(frame) + way.flush(zlib.Z_SYNC_FLUSH))
        size += len(frame)
    return Packed([*parts, way.flush()], size)


def frames(net: Panorama, *, today: int) -> Iterator[bytes]:
    """Return the frames of a network."""
    people, ties = len(net.ids), len(net.ties.a)
    known = net.first[net.first > 0]
    yield _frame({
        "what": "about", "people": people, "ties": ties, "wanted": net.wanted, "kinds": KINDS, "how": HOW, "place": PLACE,
        "share": SHARE, "days": [int(known.min()) if len(known) else today, today],
        "circles": [disc._asdict() for disc in net.discs], "bounds": _bounds(net),
    })  # fmt: skip
    columns = _of_people(net)
    for low, high in _parts(people, _NEAREST, _PEOPLE):
        yield _frame({"what": "people", "ids": net.ids[low:high], "names": net.names[low:high]}, columns, low, high)
    columns = _of_ties(net)
    for low, high in _parts(ties, _TIES, _TIES):
        yield _frame({"what": "ties"}, columns, low, high)
    yield _frame({"what": "end"})


def _bounds(net: Panorama) -> list[float]:
    """Return left, right, low and high of the map: of all circles and of everybody who is drawn."""
    across = [disc.x + side * disc.r for disc in net.discs for side in (-1, 1)] + net.place[:, 0].tolist()
    along = [disc.y + side * disc.r for disc in net.discs for side in (-1, 1)] + net.place[:, 1].tolist()
    if not across:
        return [-1.0, 1.0, -1.0, 1.0]
    return [round(float(side), 4) for side in (min(across), max(across), min(along), max(along))]


def _of_people(net: Panorama) -> list[Column]:
    return [
        ("x", "i2", np.round(net.place[:, 0] * PLACE)),
        ("y", "i2", np.round(net.place[:, 1] * PLACE)),
        ("circle", "i2", net.circle),
        ("kind", "u1", net.kind),
        ("strength", "u1", _share(net.strength)),
        ("alive", "u1", _share(net.alive)),
        ("step", "u1", net.step),
        ("first", "u2", _day(net.first)),
        ("last", "u2", _day(net.last)),
    ]


def _of_ties(net: Panorama) -> list[Column]:
    ties = net.ties
    return [
        ("a", "u2", ties.a),
        ("b", "u2", ties.b),
        ("how", "u1", ties.how),
        ("weight", "u1", _share(ties.weight)),
        ("first", "u2", _day(ties.first)),
        ("last", "u2", _day(ties.last)),
    ]


def _share(values: NDArray[np.float32]) -> NDArray[Any]:
    return np.round(np.clip(np.nan_to_num(values), 0, 1) * SHARE)


def _day(days: NDArray[np.int32]) -> NDArray[Any]:
    return np.clip(days, 0, _LAST_DAY)


def _parts(many: int, first: int, others: int) -> Iterator[tuple[int, int]]:
    low, step = 0, first
    while low < many:
        yield low, min(many, low + step)
        low, step = low + step, others


def _frame(said: Mapping[str, Any], columns: Sequence[Column] = (), low: int = 0, high: int = 0) -> bytes:
    kinds = [[name, kind] for name, kind, _ in columns]
    text = json.dumps(
        {**said, "from": low, "n": high - low, "columns": kinds}, ensure_ascii=False, separators=(",", ":")
    )
    head = text.encode("utf-8", "replace")
    body = b"".join(column[low:high].astype(f"<{kind}").tobytes() for _, kind, column in columns)
    return len(head).to_bytes(4, "little") + len(body).to_bytes(4, "little") + head + body
