"""Questions about the network: circles, ways to somebody, who stands between two."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from weakties import reach, regard, shape
from weakties.errors import UsageError
from weakties.facts.decisions import Decision
from weakties.insight import loose as stray
from weakties.insight import people
from weakties.insight.loose import Sort, Wanted
from weakties.insight.targets import What
from weakties.insight.vouches import ME
from weakties.reading import Reading
from weakties.shape import Shape
from weakties.workspace.decided import Decided

# The tag of those who asked not to be introduced to anybody.
NO_INTRODUCTIONS = "no-introductions"


class Networked(Decided):
    """The part of the façade that knows who knows whom."""

    def shape(self, *, as_of: date | None = None, view: Reading | None = None) -> Shape:
        """Return the network of a day; worked out anew each time, so keep it to ask more of it."""
        return shape.draw(view or self.read(as_of), self.home)

    def circles(
        self, *, as_of: date | None = None, view: Reading | None = None, drawn: Shape | None = None
    ) -> list[reach.Circle]:
        """Return the circles that people live in, those first in which I have most ties. drawn: `shape` of the view."""
        view = view or self.read(as_of)
        return reach.circles(view, drawn or self.shape(view=view))

    def circle(self, text: str, *, view: Reading, drawn: Shape) -> reach.Circle:
        """Return the one circle that a text means: an id, a name or a part of one. Raises UsageError."""
        listed = self.circles(view=view, drawn=drawn)
        folded = text.casefold().strip()
        fits = [c for c in listed if folded in (c.id, c.told.name.casefold())]
        fits = fits or [c for c in listed if folded and folded in c.told.name.casefold()]
        if len(fits) != 1:
            names = "; ".join(f"{c.told.name} ({c.id})" for c in (fits or listed)[:8])
            said = f"{text!r} fits {len(fits)} circles." if fits else f"No circle is called {text!r}."
            raise UsageError(said, hint=f"Say more of the name: {names}." if names else "There are no circles yet.")
        return fits[0]

    def members(self, text: str, *, view: Reading, drawn: Shape | None = None) -> frozenset[str]:
        """Return the ids of the people of the one circle that a text means. Raises UsageError."""
        drawn = drawn or self.shape(view=view)
        number = self.circle(text, view=view, drawn=drawn).told.number
        return frozenset(drawn.people[node] for node in drawn.circles.members(number))

    def circles_of(
        self, person: str, *, drawn: Shape, listed: Sequence[reach.Circle]
    ) -> list[tuple[int, reach.Circle]]:
        """Return the circles that a person, by id, lives in, their home first, each with its place in the list.

        listed: `circles` of the same day.
        """
        node = drawn.node_of.get(person)
        if node is None:
            return []
        place = {circle.told.number: (at, circle) for at, circle in enumerate(listed)}
        found = drawn.circles
        lives = [int(found.home[node]), *found.also[found.also[:, 0] == node, 1].tolist()]
        return [place[number] for number in dict.fromkeys(lives) if number in place]

    def rename_circle(
        self, text: str, name: str, *, view: Reading | None = None, drawn: Shape | None = None
    ) -> Decision:
        """Call a circle otherwise. Raises UsageError."""
        view = view or self.read()
        drawn = drawn or self.shape(view=view)
        one, other = self._anchors(self.circle(text, view=view, drawn=drawn), view, drawn)
        return self.decide("circle", one, other=other, name=name)

    def merge_circles(self, a: str, b: str, *, view: Reading | None = None, drawn: Shape | None = None) -> Decision:
        """Make one of two circles. Raises UsageError."""
        view = view or self.read()
        drawn = drawn or self.shape(view=view)
        one, other = (self.circle(text, view=view, drawn=drawn) for text in (a, b))
        if one.id == other.id:
            raise UsageError(f"{a!r} and {b!r} are one circle.", hint="Name two.")
        (first, _), (second, _) = (self._anchors(circle, view, drawn) for circle in (one, other))
        return self.decide("circles", first, other=second)

    def intro(
        self,
        target: str,
        *,
        as_of: date | None = None,
        view: Reading | None = None,
        drawn: Shape | None = None,
        what: What | None = None,
        introducers: int = 2,
        limit: int = 5,
        purpose: str = "",
        vouched: frozenset[tuple[str, str]] | None = None,
    ) -> reach.Asked:
        """Return ways to a person, an organisation, a role, a place or a topic. Raises UnknownPerson, AmbiguousPerson.

        what: as which the words are to be taken; introducers: at the most on one way, up to 5; purpose: what it is about; vouched:
        `vouched` of the view, where it is known.
        """
        view = view or self.read(as_of)
        drawn = drawn or self.shape(view=view)
        # Nobody needs to be introduced to herself.
        if target.casefold().strip() == ME:
            raise UsageError("That is you.", hint="Say whom you want to reach.")
        return reach.ways(
            view,
            drawn,
            target,
            what=what,
            introducers=introducers,
            limit=limit,
            purpose=purpose,
            vouched=self.vouched(view=view) if vouched is None else vouched,
        )

    def vouches(
        self, *, as_of: date | None = None, view: Reading | None = None, person: str = "", expired: bool = False
    ) -> list[regard.Vouching]:
        """Return who vouches for whom, as it was said and seen. Raises UnknownPerson, AmbiguousPerson.

        person: only of them, a name, a part of one or an address, `me` for the owner; expired: also what has ended.
        """
        view = view or self.read(as_of)
        about = person if person in ("", ME) else people.find(view.connection, person).person
        return regard.vouches(view, about=about, expired=expired)

    def vouched(self, *, view: Reading) -> frozenset[tuple[str, str]]:
        """Return who vouches for whom on the view's day, by person ids, `me` for the owner."""
        return regard.raising(view)

    def overlooked(self, *, as_of: date | None = None, view: Reading | None = None) -> regard.Overlooking:
        """Return who is close in private and absent from business, who became a friend, and with whom it broke off."""
        return regard.overlooked(view or self.read(as_of))

    def between(
        self,
        a: str,
        b: str,
        *,
        as_of: date | None = None,
        view: Reading | None = None,
        drawn: Shape | None = None,
        hops: int = 4,
        limit: int = 5,
    ) -> list[reach.Chain]:
        """Return the chains between two people, of at most so many ties (1 to 6). `me` is the owner. Raises UnknownPerson ..."""
        view = view or self.read(as_of)
        drawn = drawn or self.shape(view=view)
        one, other = (self._or_me(text, view) for text in (a, b))
        if one == other:
            raise UsageError(f"{a!r} and {b!r} are one person.", hint="Name two.")
        return reach.between(view, drawn, one, other, hops=hops, limit=limit)

    def connectors(
        self, *, as_of: date | None = None, view: Reading | None = None, drawn: Shape | None = None
    ) -> reach.Connecting:
        """Return who connects worlds, how much of a connector the owner is, and whom she could introduce to whom.

        Whoever bears the tag `no-introductions` is introduced to nobody.
        """
        view = view or self.read(as_of)
        never = [person for person, tags in view.wishes.tags.items() if NO_INTRODUCTIONS in tags]
        return reach.connectors(view, drawn or self.shape(view=view), never=never)

    def loose(
        self,
        wanted: Wanted = Wanted(),  # noqa: B008  frozen
        *,
        as_of: date | None = None,
        view: Reading | None = None,
        drawn: Shape | None = None,
        sort: Sort = "both",
    ) -> list[reach.Loose]:
        """Return the contacts of the owner's contacts whom she was never in touch with, the best first.

        wanted: which of them; sort: what comes first.
        """
        view = view or self.read(as_of)
        return reach.loose(view, drawn or self.shape(view=view), wanted, sort=sort)

    def fitting(self, among: Sequence[str], wanted: Wanted, *, view: Reading) -> frozenset[str]:
        """Return who of some people, by id, is wanted. view: of a day whose `shape` was drawn."""
        return stray.fitting(view.connection, among, wanted, owner=view.owner, as_of_day=view.as_of_day)

    def _or_me(self, text: str, view: Reading) -> str:
        """Return the id of the person whom a text means, `me` where it is the owner."""
        found = text if text == ME else people.find(view.connection, text).person
        query = "SELECT person FROM owners WHERE owner = $1"
        return ME if (found,) in view.connection.execute(query, [view.owner]).fetchall() else found

    def _anchors(self, circle: reach.Circle, view: Reading, drawn: Shape) -> tuple[str, str]:
        """Return the handles of two in the midst of a circle."""
        one, other = reach.anchors(drawn, circle.told.number)
        query = "SELECT person, handle FROM people WHERE person IN ($a, $b)"
        handle = dict(view.connection.execute(query, {"a": one, "b": other}).fetchall())
        return handle[one], handle[other]
