"""Questions about the network as a whole: organisations, what hangs on one person, the graph for other programs."""

from __future__ import annotations

from datetime import date

from weakties import reliance, workplaces
from weakties.insight import people
from weakties.reading import Reading
from weakties.shape import Shape
from weakties.workspace.networked import Networked


class Mapped(Networked):
    """The part of the façade that looks at the network from above."""

    def organisations(self, *, as_of: date | None = None, view: Reading | None = None) -> list[workplaces.Listed]:
        """Return the organisations in which somebody is known, those first in which I am in touch with most people."""
        view = view or self.read(as_of)
        self.shape(view=view)
        return workplaces.listed(view)

    def organisation(
        self, text: str, *, as_of: date | None = None, view: Reading | None = None, drawn: Shape | None = None
    ) -> workplaces.Workplace:
        """Return one organisation with its people and the best way in. text: a name, a domain, a part of one. Raises UsageError."""
        view = view or self.read(as_of)
        return workplaces.workplace(view, drawn or self.shape(view=view), text)

    def robustness(
        self, person: str = "", *, as_of: date | None = None, view: Reading | None = None, named: int = 5
    ) -> reliance.Robustness:
        """Return what my reach rests on: who alone leads where, reach, distances, growth. Raises UnknownPerson, AmbiguousPerson.

        person: whose row to give, all if empty; named: how many to name of those who would be lost with somebody.
        """
        view = view or self.read(as_of)
        drawn = self.shape(view=view)
        only = people.find(view.connection, person).person if person else ""
        return reliance.robustness_of(view, drawn, only=only, named=named)
