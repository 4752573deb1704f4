"""Questions about the network as a whole: organisations, what hangs on one person, the graph for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

from weakties import atlas, inside, reach, reliance, workplaces
from weakties.errors import UsageError
from weakties.insight import people
from weakties.panorama import PEOPLE, TIES, Panorama, Whom, panorama
from weakties.reach import Circle
from weakties.reading import Reading
from weakties.shape import Shape
from weakties.workspace.networked import Networked


class Mapped(Networked):
    """The part of the façade that looks at the network from above."""

    def organisations(
        self, *, as_of: date | None = None, view: Reading | None = None, drawn: Shape | None = None
    ) -> list[workplaces.Listed]:
        """Return the organisations in which somebody is known, those first in which I am in touch with most people.

        drawn: `shape` of the view.
        """
        view = view or self.read(as_of)
        # The tables that it leaves on the view are asked below.
        _ = drawn or self.shape(view=view)
        return workplaces.listed(view)

    def organisation(
        self, text: str, *, as_of: date | None = None, view: Reading | None = None, drawn: Shape | None = None
    ) -> workplaces.Workplace:
        """Return one organisation with its people and the best way in. text: a name, a domain, a part of one. Raises UsageError."""
        view = view or self.read(as_of)
        return workplaces.workplace(view, drawn or self.shape(view=view), text)

    def inside(self, circle: reach.Circle, *, view: Reading, drawn: Shape) -> inside.Inside:
        """Return a circle of `circles` from inside: its people, who of them knows whom, the circles next to it."""
        return inside.inside(view, drawn, circle.told.number)

    def robustness(
        self,
        person: str = "",
        *,
        as_of: date | None = None,
        view: Reading | None = None,
        drawn: Shape | None = None,
        named: int = 5,
    ) -> reliance.Robustness:
        """Return what my reach rests on: who alone leads where, reach, distances, growth. Raises UnknownPerson, AmbiguousPerson.

        person: whose row to give, all if empty; named: how many to name of those who would be lost with somebody.
        """
        view = view or self.read(as_of)
        drawn = drawn or self.shape(view=view)
        only = people.find(view.connection, person).person if person else ""
        return reliance.robustness_of(view, drawn, only=only, named=named)

    def graph(
        self,
        kind: Literal["networkx", "igraph"] = "networkx",
        *,
        as_of: date | None = None,
        view: Reading | None = None,
        sure: bool = False,
    ) -> Any:
        """Return the network as a `networkx.Graph`, or an `igraph.Graph` where igraph is installed; `atlas` tells what is in it.

        sure: leave out ties that are only inferred. Raises UsageError for another kind, and without igraph.
        """
        if kind not in ("networkx", "igraph"):
            raise UsageError(f"There is no graph of the kind {kind!r}.", hint='graph("networkx") or graph("igraph")')
        view = view or self.read(as_of)
        drawn = atlas.networkx_graph(view, self.shape(view=view), sure=sure)
        return drawn if kind == "networkx" else atlas.igraph_graph(drawn)

    def panorama(
        self,
        *,
        view: Reading,
        drawn: Shape,
        listed: Sequence[Circle],
        whom: Whom = "near",
        inferred: bool = False,
        people: int = PEOPLE,
        ties: int = TIES,
    ) -> Panorama:
        """Return the whole network as columns to draw. listed: `circles` of the same day; the rest as `panorama.panorama` says."""
        return panorama(view, self.home, drawn, listed, whom=whom, inferred=inferred, people=people, ties=ties)

    def check_map(self, target: Path, *, force: bool = False) -> None:
        """Raise UsageError where `write_map` could not write."""
        atlas.files_of(target, force=force)
        if target.resolve().is_relative_to(self.home.path.resolve()):
            raise UsageError("The home is no place for a map.", hint="Name a file elsewhere.")

    def write_map(
        self,
        target: Path,
        *,
        as_of: date | None = None,
        view: Reading | None = None,
        sure: bool = False,
        force: bool = False,
    ) -> atlas.Written:
        """Write the network into a file: .gexf, .graphml, .csv (two files), or a folder for two CSV files. Raises UsageError.

        sure: leave out ties that are only inferred; force: replace what is there.
        """
        self.check_map(target, force=force)
        view = view or self.read(as_of)
        return atlas.write(self.graph(view=view, sure=sure), target, as_of=view.as_of, force=force)
