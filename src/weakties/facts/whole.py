"""Everything of a home but what is derived, as it is at one moment: what a backup keeps, and what a migration sets aside."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from weakties.facts import beside, ledger, state
from weakties.facts.home import Home


def copy(home: Home, target: Path) -> None:
    """Put everything of a home but what is derived into a folder that is there and empty. Call with the ledger's lock held.

    Facts are never rewritten in place, so they are linked where the disk can; what was undone stays behind.
    """
    facts = target / home.facts.name
    facts.mkdir(mode=0o700)
    for folder in ledger.snapshot(home).folders:
        shutil.copytree(home.facts / folder, facts / folder, copy_function=_link_or_copy)
    files = [home.facts / "MANIFEST", *home.path.iterdir()]
    for path in files:
        # A password is kept in one place only.
        passing = path.name.endswith((".lock", ".new")) or path.name.startswith(
            (home.state.name, beside.FILE, "web.run")
        )
        passing = passing or path == home.secrets
        if path.is_file() and not passing:
            shutil.copy2(path, target / path.relative_to(home.path))
    beside.copy(home, target)
    if home.state.exists():
        state.copy(home, target / home.state.name)


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
