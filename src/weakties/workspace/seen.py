"""A day's view that is lent, and what was worked out of it once for all who are lent one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar, cast

from weakties.about import Why
from weakties.answers import Brief, Question, Told
from weakties.errors import UnknownPerson, UsageError
from weakties.facts.decisions import Decision
from weakties.incognito import shown_id
from weakties.insight.directory import Directory, directory
from weakties.insight.loose import Sort
from weakties.insight.news import News
from weakties.insight.people import is_id
from weakties.insight.vouches import ME
from weakties.insight.waiting import Open
from weakties.reach import Asked, Chain, Circle, Connecting, Loose
from weakties.reading import Reading
from weakties.regard import Overlooking
from weakties.reliance import Robustness
from weakties.shape import Shape
from weakties.wishes import Wishes
from weakties.workplaces import Listed
from weakties.workspace import Workspace

T = TypeVar("T")
# How often each of the user's wishes, by its name, and all that she decided, by `SAID`, became another while the numbers stayed.
Versions = Mapping[str, int]

WISHES = tuple(field.name for field in fields(Wishes))
SAID = "said"
# What circles follow from besides the numbers.
OF_CIRCLES = ("one_circle", "circle_names")
# Answers that are kept; those beyond are the ones asked for longest ago.
_MOST = 256


class Answers:
    """What was worked out of a day's numbers, by name and by which wishes it follows from. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[tuple[str, tuple[int, ...]], _Once] = {}

    def get(self, name: str, basis: tuple[int, ...], make: Callable[[], Any]) -> Any:
        """Return an answer, made if nobody asked for it before."""
        with self._lock:
            one = self._found.pop((name, basis), None) or _Once()
            self._found[name, basis] = one
            while len(self._found) > _MOST:
                del self._found[next(iter(self._found))]
        return one.get(make)

    def known(self, name: str, basis: tuple[int, ...]) -> Any:
        """Return an answer that is there, None if it is not."""
        one = self._found.get((name, basis))
        return one.here if one else None


class _Once:
    """Something worked out once, by whoever comes first; the others wait."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: list[Any] = []

    @property
    def here(self) -> Any:
        """What was worked out, None before."""
        return self._found[0] if self._found else None

    def get(self, make: Callable[[], Any]) -> Any:
        """Return it, worked out now if it is not yet."""
        with self._lock:
            if not self._found:
                self._found.append(make())
            return self._found[0]


@dataclass(eq=False)
class Seen:
    """A day's view, lent to one at a time. said: what was decided, laid over it; versions: of the wishes that follow from that;
    behind: whether its numbers do not yet follow from all that is known."""

    view: Reading
    space: Workspace
    said: Sequence[Decision]
    versions: Versions
    answers: Answers
    behind: bool = False
    drawn: Shape | None = None

    @property
    def shape(self) -> Shape:
        """The network of the day."""
        if self.drawn is None:
            self.drawn = self.space.shape(view=self.view)
        return self.drawn

    @property
    def directory(self) -> Directory:
        """Everybody of the day in memory, to search while somebody types."""
        view = self.view
        return self.once(
            "directory", lambda: directory(view.connection, owner=view.owner, as_of_day=view.as_of_day), of=()
        )

    @property
    def circles(self) -> list[Circle]:
        """The circles of the day, those first in which the owner has most ties."""
        return self.once("circles", lambda: self.space.circles(view=self.view, drawn=self.shape), of=OF_CIRCLES)

    @property
    def waiting(self) -> list[Open]:
        """What waits for an answer, of either side."""
        return self.once("waiting", lambda: self.space.waiting(view=self.view), of=())

    @property
    def questions(self) -> list[Question]:
        """The questions of who is who that nobody answered: those answered a moment ago may not have been counted anew yet."""
        return self.once(
            "questions", lambda: self.space.questions(unanswered(self.space.review(view=self.view), self.said))
        )

    @property
    def meetings(self) -> list[Brief]:
        """The meetings of the day, with who takes part."""
        return self.once("meetings", lambda: self.space.brief(view=self.view), of=())

    @property
    def news(self) -> list[Told]:
        """What is new of the people of the day."""
        return self.once("news", lambda: self.space.news(view=self.view), of=())

    def about(self, person: str, *, facts: int = 0) -> Why:
        """Return one person, by id, as `Workspace.about`."""
        return self.space.about(person, view=self.view, facts=facts, news=self._news_of(person))

    def _news_of(self, person: str) -> list[News] | None:
        """Return what is new of one person, by id, out of `news`; None where nobody has asked for these yet, or for a machine."""
        told = self.known("news", of=())
        at = None if told is None else self.directory.at.get(person)
        if at is None or self.directory.automated[at]:
            return None
        return [each.news for each in told if each.news.person == person]

    def intro(self, target: str, **wanted: Any) -> Asked:
        """Return ways to whom a text means, as `Workspace.intro`."""
        vouched = self.once("vouched", lambda: self.space.vouched(view=self.view))
        return self.space.intro(target, view=self.view, drawn=self.shape, vouched=vouched, **wanted)

    @property
    def connecting(self) -> Connecting:
        """Who connects worlds, and whom the owner could introduce to whom."""
        return self.once(
            "connecting", lambda: self.space.connectors(view=self.view, drawn=self.shape), of=("tags", *OF_CIRCLES)
        )

    @property
    def organisations(self) -> list[Listed]:
        """The organisations where somebody is known."""
        return self.once("organisations", lambda: self.space.organisations(view=self.view, drawn=self.shape), of=())

    @property
    def overlooked(self) -> Overlooking:
        """Whose place in the owner's life and in her records differ."""
        return self.once("overlooked", lambda: self.space.overlooked(view=self.view), of=("relations",))

    @property
    def robustness(self) -> Robustness:
        """What the owner's reach rests on. In a large home it takes seconds."""
        return self.once("robustness", lambda: self.space.robustness(view=self.view, drawn=self.shape), of=OF_CIRCLES)

    def loose(self, sort: Sort = "both") -> list[Loose]:
        """Return everybody who is within reach. sort: what comes first."""
        return self.once(
            f"loose {sort}", lambda: self.space.loose(view=self.view, drawn=self.shape, sort=sort), of=OF_CIRCLES
        )

    def person_of(self, shown: str) -> str:
        """Return the id of the person who is shown by this one: under invented names ids are invented too. Raises UnknownPerson."""
        secret = self.view.masked_with
        if not secret:
            # An id is nobody else's name, and most who are asked for are asked for by it.
            return shown if shown in self.directory.at else self.space.find(shown, view=self.view).person
        known = self.once("shown", lambda: {shown_id(p, secret): p for p in self.directory.people}, of=())
        if shown not in known:
            raise UnknownPerson(f"Nobody here is {shown!r}.", hint="Look for them under People.")
        return known[shown]

    def meant(self, text: str) -> str:
        """Return words that may mean somebody so that the view may be asked for them: an id that is shown as the one behind it.

        Under invented names an id that is not shown means nobody: anybody can make it from an address, and would learn of whom
        an invented name tells. Raises UnknownPerson.
        """
        if not self.view.masked_with:
            return text
        if is_id(self.view.connection, text):
            raise UnknownPerson(f"Nobody here answers to {text!r}.", hint="Look for them under People.")
        try:
            return self.person_of(text.strip().lower())
        except UnknownPerson:
            return text

    def one(self, text: str) -> str:
        """Return the id of the one person whom a text means, `me` for the owner. Raises UnknownPerson, AmbiguousPerson."""
        if text.strip().casefold() == ME:
            return ME
        found = self.space.find(self.meant(text), view=self.view).person
        mine = (row["person"] for row in self.space.owners(view=self.view) if row["owner"] == self.view.owner)
        return ME if found in mine else found

    def between(self, a: str, b: str, *, hops: int, limit: int) -> list[Chain]:
        """Return the chains between two whom texts mean, as `Workspace.between`."""
        one, other = self.one(a), self.one(b)
        if one == other:
            raise UsageError(f"{a!r} and {b!r} are one person.", hint="Name two.")
        return self.space.between(one, other, view=self.view, drawn=self.shape, hops=hops, limit=limit)

    def once(self, name: str, make: Callable[[], T], *, of: Sequence[str] = (SAID,)) -> T:
        """Return what `make` returns, worked out once for as long as nothing changes that it follows from.

        It must not hold on to the view. of: the names of the wishes that it follows from besides the numbers, all that was decided
        if they are left out, none if they are empty.
        """
        return cast("T", self.answers.get(name, self._basis(of), make))

    def known(self, name: str, *, of: Sequence[str] = (SAID,)) -> Any:
        """Return what was worked out by that name, None where nobody has asked yet. of: as it was worked out."""
        return self.answers.known(name, self._basis(of))

    def _basis(self, of: Sequence[str]) -> tuple[int, ...]:
        return tuple(self.versions[name] for name in of)


def unanswered(pairs: Sequence[Mapping[str, Any]], said: Sequence[Decision]) -> list[Mapping[str, Any]]:
    """Return the pairs, handles a and b, of which nobody said whether they are one, neither of these two nor over others."""
    of_two = [d for d in said if d.kind in ("merge", "split")]
    named = {frozenset((d.handle, d.other)) for d in of_two}
    one: dict[str, set[str]] = {}
    for d in of_two:
        if d.kind == "merge":
            both = one.get(d.handle, {d.handle}) | one.get(d.other, {d.other})
            one |= dict.fromkeys(both, both)
    return [p for p in pairs if frozenset((p["a"], p["b"])) not in named and p["b"] not in one.get(p["a"], ())]


def unchanged() -> dict[str, int]:
    """Return the versions of wishes that nobody has changed yet."""
    return dict.fromkeys((*WISHES, SAID), 0)


def changed(versions: Versions, before: Wishes, now: Wishes) -> dict[str, int]:
    """Return the versions after other decisions."""
    other = {name for name in WISHES if getattr(before, name) != getattr(now, name)}
    return {name: version + (name in other or name == SAID) for name, version in versions.items()}
