"""weakties: which of my many loose connections deserve a word today, and why?

The public door of the package::

    from weakties import open_workspace

    space = open_workspace()
    for suggestion in space.today(minutes=15):
        print(suggestion.person.name, suggestion.headline)

What `__all__` names is public and stays; everything else may change. Names are imported when they are first used, so that
`import weakties` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from weakties.about import Why
    from weakties.answers import Compared, Person, Suggestion
    from weakties.config import Settings
    from weakties.errors import WeaktiesError
    from weakties.facts.decisions import Decision
    from weakties.facts.ledger import Import
    from weakties.facts.model import Card, Deal, Event, Extract, Item, Link, Origin, Participation, Rejected
    from weakties.sources import ReadOptions, Source
    from weakties.ties.reasons import Reason
    from weakties.workspace import Workspace, open_workspace

__version__ = "0.1.0"

_HOMES = {
    "Card": "facts.model",
    "Compared": "answers",
    "Deal": "facts.model",
    "Decision": "facts.decisions",
    "Event": "facts.model",
    "Extract": "facts.model",
    "Import": "facts.ledger",
    "Item": "facts.model",
    "Link": "facts.model",
    "Origin": "facts.model",
    "Participation": "facts.model",
    "Person": "answers",
    "ReadOptions": "sources",
    "Reason": "ties.reasons",
    "Rejected": "facts.model",
    "Settings": "config",
    "Source": "sources",
    "Suggestion": "answers",
    "WeaktiesError": "errors",
    "Why": "about",
    "Workspace": "workspace",
    "open_workspace": "workspace",
}

__all__ = [
    "Card",
    "Compared",
    "Deal",
    "Decision",
    "Event",
    "Extract",
    "Import",
    "Item",
    "Link",
    "Origin",
    "Participation",
    "Person",
    "ReadOptions",
    "Reason",
    "Rejected",
    "Settings",
    "Source",
    "Suggestion",
    "WeaktiesError",
    "Why",
    "Workspace",
    "__version__",
    "open_workspace",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'weakties' has no attribute {name!r}")
    return getattr(importlib.import_module(f"weakties.{_HOMES[name]}"), name)
