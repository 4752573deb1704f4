"""Rights and set-up: what forgetting somebody takes away, the settings in force, the checks of doctor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from weakties.contract.people import person
from weakties.contract.values import stamp

if TYPE_CHECKING:
    from weakties.config import Settings
    from weakties.doctor import Finding
    from weakties.rights import ToForget


def forgetting(asked: ToForget, left: Sequence[str] | None) -> dict[str, Any]:
    """Return what forgetting somebody takes away. left: what could not be erased, None where it was only asked for."""
    return {
        "question": "forget",
        "person": person(asked.person),
        "done": left is not None,
        "messages": asked.preview.messages,
        "parts": asked.preview.parts,
        "decisions": asked.preview.decisions,
        "imports": asked.preview.rows,
        "handles": sorted(asked.marks.handles),
        "names": sorted(asked.marks.names),
        "names_of_others": asked.others,
        "backups": [{"at": stamp(at), "path": path} for at, path in asked.backups],
        "left": list(left or ()),
    }


def settings(found: Settings) -> dict[str, Any]:
    """Return every setting in force, and where its value came from."""
    from weakties.config import NAMES

    return {name: {"value": getattr(found, name), "from": found.origins.get(name, "default")} for name in NAMES}


def finding(found: Finding) -> dict[str, Any]:
    """Return a check of the set-up. fix: what to type, empty where all is well."""
    return {"ok": found.ok, "what": found.what, "fix": found.fix}
