"""Entry points: load what other packages offer, isolate their failures, list them for `doctor`.

A plugin that cannot be loaded must not take the program down: it becomes a `Broken` with the reason, shown where plugins
are listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any

SOURCES = "weakties.sources"


@dataclass(frozen=True, slots=True)
class Broken:
    """A plugin that could not be loaded. name: of its entry point; package: that brought it."""

    name: str
    package: str
    reason: str


def load(group: str) -> tuple[list[Any], list[Broken]]:
    """Return the objects that packages offer under an entry-point group, by name, and those that failed to load."""
    loaded: list[Any] = []
    broken: list[Broken] = []
    for point in sorted(entry_points(group=group), key=lambda p: p.name):
        try:
            loaded.append(point.load())
        except Exception as error:  # noqa: BLE001  a stranger's code may raise anything; the reason is shown
            package = point.dist.name if point.dist else "?"
            broken.append(Broken(point.name, package, f"{type(error).__name__}: {error}"))
    return loaded, broken
