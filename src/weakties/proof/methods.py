"""What a method is: something that learns from earlier snapshots, or not, and then scores the candidates of a past."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from weakties.proof.features import Floats
from weakties.proof.protocol import Known, Past


class CannotLearn(Exception):
    """A method has nothing to learn from in this log; the sentence says what is missing."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What a method says of each candidate. order: (n,), higher is likelier; chance: (n,) in [0, 1], None where it says none."""

    order: Floats
    chance: Floats | None = None


Scorer = Callable[[Past], Scores]


class Method(Protocol):
    """A way to score ties. name: as tables call it; text: one line for people; others: it needs the traffic of others."""

    @property
    def name(self) -> str:
        """Return how tables call it."""

    @property
    def text(self) -> str:
        """Return what it is, in one line."""

    @property
    def others(self) -> bool:
        """Tell whether it needs the traffic of others."""

    def learn(self, taught: Sequence[Known]) -> Scorer:
        """Return the scorer, fitted to snapshots whose labels end before what is asked. Raises CannotLearn."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A method that learns nothing: a formula over what the history says."""

    name: str
    text: str
    formula: Callable[[Past], Scores]
    others: bool = False

    def learn(self, taught: Sequence[Known]) -> Scorer:
        """Return the formula as it is."""
        del taught
        return self.formula
