"""How it comes in: one module per source, each turning an export or an account into facts.

A source has two deep methods. `identify` looks at content, never at the name alone; `read` yields one `Extract` per
record, in the order of the file, and never stops at a bad record: it yields a `Rejected` in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from weakties.facts import handles
from weakties.facts.model import Extract


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user wants of a reading. keep_text: keep each message's own words as well as the facts in them; region: the
    country (`DE`) in which a telephone number without a country was dialled, empty if unknown; me: the handle that stands for
    whoever owns what is read, where an export says `I` and not who that is.
    """

    keep_text: bool = False
    region: str = ""
    me: str = handles.OWNER_ME


@runtime_checkable
class Source(Protocol):
    """A kind of export. name: as shown in counts (`mail`); reader: version, raised whenever it learns something."""

    name: str
    reader: int

    def identify(self, path: Path) -> bool:
        """Tell from the content whether this file, or a file in this folder, is ours. Raises nothing but OSError."""

    def read(self, path: Path, options: ReadOptions) -> Iterator[Extract]:
        """Yield what each record says, in order; raises SourceError only where the file as a whole is unreadable."""
