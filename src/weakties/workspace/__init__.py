"""The façade: open a home, import into it, ask it questions, tell it what you decided.

One method per question. It hands parts out, never itself: every room below gets tables, days and settings, not the workspace.
The methods stand in the parts: `coming_in`, `questions`, `networked`, `mapped`, `decided`, `safety`; what they share, and the
clock, in `desk`.
"""

from __future__ import annotations

import os
from pathlib import Path

from weakties import config, refresh
from weakties.config import Settings
from weakties.facts import decisions as user
from weakties.facts import erasure
from weakties.facts.home import Home
from weakties.facts.migrations import open_home
from weakties.insight import people
from weakties.reading import opened
from weakties.workspace.coming_in import AfterImport, ComingIn
from weakties.workspace.mapped import Mapped
from weakties.workspace.safety import Safety

__all__ = ["AfterImport", "Workspace", "known_as", "open_workspace"]


def open_workspace(home: Path | None = None, *, settings: Settings | None = None, owner: str = "me") -> Workspace:
    """Open a home, made if it is not there. home: the platform's folder if None. Raises HomeError, SettingError."""
    path = home or config.default_home()
    opened_home = open_home(path)
    if opened_home.writable:
        erasure.finish(opened_home)
    return Workspace(opened_home, settings or config.load(path, environment=os.environ), owner=owner)


def known_as(home: Path, text: str, limit: int) -> list[tuple[str, str, bool]]:
    """Return names and handles that contain a text, as `insight.people.like`, from the build in force.

    For answers while somebody types: nothing is built or made, and people that came in since are not known yet.
    """
    at = Home(home)
    build = refresh.in_force(at)
    if build is None or erasure.pending(at):
        return []
    hidden = [d.handle for d in user.standing(at, ["hide"])]
    return people.like(opened(build, {}), text, hidden=hidden, limit=limit)


class Workspace(ComingIn, Mapped, Safety):
    """A home, its settings and whose ties are asked about: all that can be asked of it and told to it."""
