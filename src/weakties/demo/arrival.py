"""The demo world comes in: each export is imported as if on the day on which it was taken.

What an export without dates says (a network's list of contacts) was true on the day of its import, so two of them are news only if
they came in on different days.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from weakties import intake
from weakties.demo.desk import stamp
from weakties.facts import ledger
from weakties.facts.ledger import Import
from weakties.sources.registry import available
from weakties.workspace import Workspace


def take_in(
    space: Workspace, path: Path, on: date, progress: Callable[[int], None] | None = None, *, keep_text: bool = False
) -> list[Import]:
    """Import a path as of a day; return one import for each source that found something in it. Raises SourceError, HomeError."""
    request = intake.Request(path, space.owner, stamp(on, 18), keep_text=keep_text, region=space.settings.region)
    found = intake.take_in(space.home, request, available()[0], progress)
    ledger.compact(space.home, now=request.now)
    return found
