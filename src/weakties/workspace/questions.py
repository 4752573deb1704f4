"""Questions: one method each; what they return has its reasons and its evidence."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weakties import about, answers, daybook, refresh, shape
from weakties.errors import UsageError
from weakties.facts import handles
from weakties.facts.engine import connect, rows
from weakties.identity import evidence
from weakties.incognito import shown_id
from weakties.insight import answered, openers, people, timeline, waiting
from weakties.insight import today as due
from weakties.insight.contact import Contact, contact
from weakties.insight.doubtful import Doubt, doubtful
from weakties.insight.news import News
from weakties.insight.people import Found
from weakties.insight.timeline import Place
from weakties.reading import Reading
from weakties.ties.reasons import Reason
from weakties.workspace.desk import Desk, now

if TYPE_CHECKING:
    from weakties import doctor
    from weakties.proof.compare import Comparison
    from weakties.proof.ranking import Ranking


class Questions(Desk):
    """The part of the façade that answers."""

    def today(
        self, *, as_of: date | None = None, minutes: int | None = None, view: Reading | None = None
    ) -> list[answers.Suggestion]:
        """Return who deserves a word, within the minutes, the worthiest first."""
        view = view or self.read(as_of)
        return answers.with_words(view, self._due(view, minutes or self.settings.minutes))

    def how_many_due(self, *, minutes: int, view: Reading) -> int:
        """Return how many people deserve a word, had one so many minutes."""
        return len(self._due(view, minutes))

    def waiting(self, *, as_of: date | None = None, view: Reading | None = None) -> list[waiting.Open]:
        """Return the open conversations, first those that wait for the owner."""
        view = view or self.read(as_of)
        return waiting.waiting(view.connection, owner=view.owner, as_of_day=view.as_of_day)

    def answered(self, *, view: Reading) -> list[answered.Answer]:
        """Return who answered on the view's day and the one before it, those first who are worth most."""
        return answered.answered(view.connection, owner=view.owner, as_of_day=view.as_of_day)

    def people(
        self,
        *,
        as_of: date | None = None,
        view: Reading | None = None,
        sort: str = "value",
        limit: int | None = None,
        skip: int = 0,
        **wanted: Any,
    ) -> list[dict[str, Any]]:
        """Return one row per person. wanted: query, kind, organisation, automated, among as in `insight.people.Wanted`, and tag;
        sort, limit, skip as in `insight.people.listed`.
        """
        view = view or self.read(as_of)
        found = people.listed(view.connection, _wanted(view, **wanted), sort=sort, limit=limit, skip=skip)
        for row in found:
            row["id"] = shown_id(row["person"], view.masked_with)
        return found

    def count_people(self, *, as_of: date | None = None, view: Reading | None = None, **wanted: Any) -> int:
        """Return how many people `people` would return without a limit."""
        view = view or self.read(as_of)
        return people.counted(view.connection, _wanted(view, **wanted))

    def news(self, *, as_of: date | None = None, view: Reading | None = None) -> list[answers.Told]:
        """Return what is new of people, by cards, birthdays and returns: what matters most first."""
        return answers.news(view or self.read(as_of))

    def brief(self, *, as_of: date | None = None, view: Reading | None = None, days: int = 0) -> list[answers.Brief]:
        """Return the meetings of a day, and of so many days after it, with who takes part."""
        return answers.brief(view or self.read(as_of), days=days)

    def find(self, text: str, *, view: Reading | None = None) -> Found:
        """Return the one person whom a text means. Raises UnknownPerson, AmbiguousPerson."""
        return people.find((view or self.read()).connection, text)

    def handle_of(self, person: str, *, view: Reading | None = None) -> str:
        """Return the handle that decisions on a person are kept under: the oldest."""
        return people.handle_of((view or self.read()).connection, person)

    def handle_meant(self, text: str, *, view: Reading | None = None) -> str:
        """Return the handle that a text means, as `insight.people.handle_meant`. Raises UnknownPerson, AmbiguousPerson."""
        return people.handle_meant((view or self.read()).connection, text)

    def my_handle(self, address: str) -> str:
        """Return the handle of an address that the owner says is hers. Raises UsageError."""
        handle = handles.parse(address)
        if handle is None:
            hint = "An address, a number with its country, or KIND:VALUE: --me ana@example.com, --me +14165550100"
            raise UsageError(f"{address!r} is no handle.", hint=hint)
        return handle

    def persons(self, ids: Sequence[str], *, view: Reading) -> dict[str, answers.Person]:
        """Return who these people are, by id."""
        return answers.persons(view, ids)

    def handles(self, ids: Sequence[str], *, view: Reading) -> dict[str, list[str]]:
        """Return the handles of these people, by id, the busiest first."""
        return people.handles_of(view.connection, ids)

    def person_ids(self, known: Sequence[str], *, view: Reading) -> dict[str, str]:
        """Return whose each of these handles is, by handle; those that nobody has are left out."""
        return people.persons_of(view.connection, known)

    def kinds(self, ids: Sequence[str], *, view: Reading) -> dict[str, str]:
        """Return what kind of tie there is to each of these people, by id."""
        return people.kinds_of(view.connection, ids)

    def silences(self, ids: Sequence[str], *, view: Reading) -> dict[str, int]:
        """Return how many days there was silence with each of these people before the view's day, by id."""
        return people.silences(view.connection, ids, as_of_day=view.as_of_day)

    def contact(self, ids: Sequence[str], *, view: Reading) -> dict[str, Contact]:
        """Return how much contact there was with each of these people, by id, and through which channel."""
        return contact(view.connection, ids, as_of_day=view.as_of_day)

    def moved(self, *, view: Reading, limit: int) -> list[answers.Moving]:
        """Return whose ties grow warmer and whose cool, so many of each, those worth most first."""
        return answers.moving(view, each=limit)

    def person(self, found: Found, view: Reading) -> answers.Person:
        """Return who somebody is."""
        return answers.persons(view, [found.person])[found.person]

    def why(self, text: str, *, as_of: date | None = None, view: Reading | None = None) -> about.Why:
        """Return one person with every number opened down to the facts. Raises UnknownPerson, AmbiguousPerson."""
        view = view or self.read(as_of)
        return self.about(people.find(view.connection, text).person, view=view)

    def about(self, person: str, *, view: Reading, facts: int = 0, news: Sequence[News] | None = None) -> about.Why:
        """Return one person, by id, as `why`. facts: how many of the newest to tell as well; news: of them, where it is known."""
        return about.why(view, person, self.settings, self._decisions(), facts=facts, news=news)

    def compare(self, a: str, b: str, *, view: Reading | None = None) -> answers.Compared:
        """Return the evidence for and against two people, or handles, being one."""
        view = view or self.read()
        if view.masked_with:
            raise UsageError("Two people are compared by their real addresses.", hint="Leave out --incognito.")
        one, two = people.find(view.connection, a), people.find(view.connection, b)
        both = answers.persons(view, [one.person, two.person])
        mine = [h for row in self.owners(view=view) for h in row["handles"].split("\n")]
        said = refresh.compare(self.home, one.handle, two.handle, mine)
        reasons = tuple(Reason(e.what, e.weight, e.text) for e in said)
        return answers.Compared(
            both[one.person],
            both[two.person],
            (one.handle, two.handle),
            one.person == two.person,
            evidence.weight(said),
            reasons,
        )

    def timeline(
        self, text: str, *, as_of: date | None = None, view: Reading | None = None, limit: int = 50, skip: int = 0
    ) -> tuple[answers.Person, list[dict[str, Any]], int]:
        """Return a person, the facts between you and them (newest first), and how many there are."""
        view = view or self.read(as_of)
        found = people.find(view.connection, text)
        rows, total = timeline.timeline(
            view.connection, found.person, owner=view.owner, as_of_day=view.as_of_day, limit=limit, skip=skip
        )
        return self.person(found, view), rows, total

    def facts(self, events: Sequence[str], *, view: Reading) -> list[dict[str, Any]]:
        """Return what these facts are, the newest first, as `insight.timeline.facts`: the owner's, and those shared with her."""
        return timeline.facts(view.connection, events, owners={view.owner, *view.shared})

    def origins(self, events: Sequence[str], *, view: Reading | None = None) -> dict[str, list[Place]]:
        """Return where each fact stands in its source."""
        return timeline.origins((view or self.read()).connection, events)

    def review(self, *, view: Reading | None = None) -> list[dict[str, Any]]:
        """Return probable merges, the surest first: handles a and b, weight, reasons."""
        view = view or self.read()
        return rows(view.connection, "SELECT a, b, weight, reasons FROM review ORDER BY weight DESC, a, b")

    def questions(self, pairs: Sequence[Mapping[str, Any]]) -> list[answers.Question]:
        """Return what the pairs of `review` ask of the user, in their order."""
        return answers.questions(pairs)

    def doubtful(self, *, view: Reading | None = None, limit: int = 20) -> list[Doubt]:
        """Return machines that may be people and people who may be machines, without whom the user decided."""
        view = view or self.read()
        said = [d.handle for d in self._decisions() if d.kind in ("human", "machine")]
        settled = frozenset(people.persons_of(view.connection, said).values()) | view.wishes.hidden
        return doubtful(view.connection, owner=view.owner, settled=settled, limit=limit)

    def last_words(self, ids: Sequence[str], *, view: Reading) -> dict[str, openers.Exchange]:
        """Return the last message with each of these people, by id; those with whom there was none are left out."""
        return openers.last_exchanges(view.connection, ids, owner=view.owner, as_of_day=view.as_of_day)

    def owners(self, *, view: Reading | None = None) -> list[dict[str, Any]]:
        """Return whose mail this is and how that is known."""
        view = view or self.read()
        return rows(view.connection, "SELECT owner, person, handles, reason FROM owners ORDER BY owner")

    def evaluate(
        self,
        *,
        task: str = "persistence",
        horizon_days: int | None = None,
        view: Reading | None = None,
        told: Callable[[str], None] = lambda _: None,
    ) -> Comparison | Ranking:
        """Hold the score against every published one on the owner's own log up to the day. Raises WeaktiesError.

        task: one of `proof.protocol.TASKS`; horizon_days: that of the settings if None, of introducers 30; told: hears what is
        being done.
        """
        from weakties.proof import own, protocol

        view = view or self.read()
        asked = protocol.task(task, horizon_days or protocol.usual(task, self.settings.horizon_days))
        with tempfile.TemporaryDirectory(prefix="weakties-") as spill:
            apart = connect(spill=Path(spill))
            day, hidden = view.as_of_day, view.wishes.hidden
            found = own.measured(
                view.connection, apart, asked, owner=view.owner, as_of_day=day, hidden=hidden, told=told
            )
            apart.close()
        return found

    def measure(
        self, task: str, *, as_of: date | None = None, told: Callable[[str], None] = lambda _: None
    ) -> dict[str, Any]:
        """Evaluate as of a day, and keep what came out for as long as the facts stay as they are. Raises WeaktiesError.

        Returns the question asked, the day, the heads and cells of a table, sentences, and the bins of our own chances.
        """
        from weakties.proof import ranking, tables

        view = self.read(as_of)
        found = self.evaluate(task=task, view=view, told=told)
        said: dict[str, Any] = {"as_of": view.as_of.isoformat(), "task": task}
        if isinstance(found, ranking.Ranking):
            said |= {"asked": found.asked, "head": ranking.heading(found), "cells": ranking.cells(found)}
            said |= {"said": ranking.sentences(found), "reliability": []}
        else:
            said |= {"asked": tables.head(found), "head": tables.HEAD, "cells": tables.cells(found)}
            said |= {"said": tables.sentences(found), "reliability": tables.summary(found)["reliability"]}
        if (build := refresh.in_force(self.home)) is not None:
            daybook.remember(self.home, build.path, _measured(task, self.owner), json.dumps(said))
        return said

    def measured(self, task: str) -> dict[str, Any] | None:
        """Return what `measure` found last on the facts of now; None where nobody has measured since they changed."""
        build = refresh.in_force(self.home)
        text = daybook.recall(build.path, _measured(task, self.owner)) if build else None
        try:
            return json.loads(text) if text else None
        except ValueError:
            return None

    def examine(self) -> list[doctor.Finding]:
        """Check the set-up; each finding with its fix."""
        from weakties import doctor

        return list(doctor.examine(self.home, self.settings, now=now()))

    def _due(self, view: Reading, minutes: int) -> list[due.Suggestion]:
        wishes = view.wishes
        ties = due.candidates(view.connection, wanted=wishes.cadences)
        everybody = due.suggest(ties, snoozed=wishes.snoozed, cadences=wishes.cadences)
        circles = shape.circle_of(view, self.home)
        return due.within(everybody, minutes=minutes, per_circle=self.settings.per_circle, circle_of=circles)


def _measured(task: str, owner: str) -> str:
    """Return the name under which a measurement is kept. Owners may be called anything."""
    return f"score-{task}-{hashlib.blake2b(owner.encode(), digest_size=6).hexdigest()}.json"


def _wanted(view: Reading, *, tag: str = "", among: frozenset[str] | None = None, **wanted: Any) -> people.Wanted:
    if tag:
        tagged = frozenset(p for p, tags in view.wishes.tags.items() if tag in tags)
        among = tagged if among is None else tagged & among
    return people.Wanted(view.owner, view.as_of_day, hidden=view.wishes.hidden, among=among, **wanted)
