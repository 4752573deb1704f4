"""A reason: what moved a number, by how much, in one sentence, with the facts behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a number is what it is.

    what: a short name that does not change between versions; weight: its share of the number, in the number's own unit (for
    strength and alive: log-odds; for value: points of value). text: one sentence. evidence: ids of facts.
    """

    what: str
    weight: float
    text: str
    evidence: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the reason as the commands print it."""
        return {
            "what": self.what,
            "weight": round(self.weight, 6),
            "text": self.text,
            "evidence": list(self.evidence),
        }

    def backed_by(self, evidence: Sequence[str]) -> Reason:
        """Return the same reason with these facts behind it."""
        return replace(self, evidence=tuple(evidence))


def strongest(reasons: Sequence[Reason]) -> list[Reason]:
    """Return the reasons that moved the number most first."""
    return sorted(reasons, key=lambda r: (-abs(r.weight), r.what))
