"""Questions about the network as a whole: organisations, what hangs on one person, the graph for other programs."""

from __future__ import annotations

from datetime import date

from weakties import workplaces
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
