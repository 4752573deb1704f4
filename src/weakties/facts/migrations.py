"""From the home of an older weakties to this one's: numbered steps, each of which may be cut off and done again.

Before the first step everything but what is derived is set aside in `before-format-N`, and stays there until the user, or
an erasure, removes it. Facts are never rewritten in place, so setting them aside costs no room where the disk can link.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from weakties.facts import state, whole
from weakties.facts.home import FORMAT, Home, create, format_of, guarded, write_format
from weakties.facts.staging import Stage


def _tombstones(home: Home) -> None:
    """Make room for tombstones. An older weakties would not know them, and bring back who was to be forgotten."""
    with state.opened(home):
        pass


# The step that leads away from a format, by that format.
STEPS: Mapping[int, Callable[[Home], None]] = {1: _tombstones}


def open_home(path: Path) -> Home:
    """Open a home, made if it is not there and brought to the newest format. Raises HomeError, NewerHome."""
    home = create(path)
    migrate(home)
    return home


def migrate(home: Home, *, steps: Mapping[int, Callable[[Home], None]] = STEPS) -> list[int]:
    """Bring a home to the newest format; return the formats that it left, none where it is new enough."""
    # A home that can only be read is read as it is: so far every step only adds what may be missing.
    if format_of(home) >= FORMAT or not home.writable:
        return []
    left = []
    with guarded(home), home.lock("facts"):
        while (found := format_of(home)) < FORMAT:
            _set_aside(home, home.set_aside(found + 1))
            steps[found](home)
            write_format(home, found + 1)
            left.append(found)
    return left


def _set_aside(home: Home, target: Path) -> None:
    if not target.exists():
        with Stage(home) as part:
            whole.copy(home, part)
            part.rename(target)
