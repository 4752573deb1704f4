"""What the user decides, each reversible: of whom it may be said, what of it is new, and what it does not achieve.

What each kind of decision takes is in `sayings`. Several are written together or not at all, and a word is counted once however
often it is said. Of several owners of a home each sees and takes back her own; who is who holds for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from weakties import refresh
from weakties.errors import UsageError
from weakties.facts import decisions as user
from weakties.facts import handles
from weakties.facts.decisions import Decision, Word
from weakties.identity import resolve
from weakties.insight import people
from weakties.reading import Reading
from weakties.workspace import sayings
from weakties.workspace.desk import Desk, now, today
from weakties.workspace.sayings import Said

# Of these decisions, which value is a day.
_DAY_OF: dict[str, str] = {"touch": "on", "snooze": "until", "outcome": "on", "vouch": "on"}
_OF_TWO = ("merge", "split")


@dataclass(frozen=True, slots=True)
class Done:
    """What was decided. names: of whom; made: the decisions, those that stood already included; new: the numbers of the others;
    unheeded: those of them that do not hold, because something else that was said speaks against them; gave_way: what was said
    before and does not hold any more."""

    names: tuple[str, ...]
    made: tuple[Decision, ...]
    new: tuple[int, ...]
    unheeded: tuple[Decision, ...] = ()
    gave_way: tuple[Decision, ...] = ()


class Decided(Desk):
    """The part of the façade that is told."""

    def say(self, who: Sequence[str], said: Said, *, view: Reading) -> Done:
        """Decide the same of one or several people, all or nothing. who: their ids. Raises UsageError, UnknownPerson.

        A merge or a split is of each of them and `said.other`.
        """
        _by_real_names(view)
        known = {
            person: (name, handle)
            for person, name, handle in view.connection.execute(
                "SELECT person, name, handle FROM people WHERE person IN (SELECT unnest($1::VARCHAR[]))", [list(who)]
            ).fetchall()
        }
        found = [known[person] for person in dict.fromkeys(who)]
        names = tuple(name for name, _ in found)
        word = sayings.word(said, "", day=view.as_of, today=today())
        if word.kind in _OF_TWO:
            other = self._other(said.other, view)
            return replace(self.join(word.kind, [(handle, other) for _, handle in found], view=view), names=names)  # type: ignore[arg-type]
        mine = {
            row[0]
            for row in view.connection.execute("SELECT person FROM owners WHERE owner = $1", [view.owner]).fetchall()
        }
        for person in who:
            if person in mine:
                hint = "Decide on somebody else; this would change nothing."
                raise UsageError(f"{known[person][0]} is whose mail this is.", hint=hint)
        return self._written([replace(word, handle=handle) for _, handle in found], names)

    def join(self, kind: Literal["merge", "split"], pairs: Sequence[tuple[str, str]], *, view: Reading) -> Done:
        """Say of pairs of handles whether each is one person, all or nothing. Raises UsageError for one and the same handle."""
        _by_real_names(view)
        for one, other in pairs:
            if one == other:
                raise UsageError(
                    f"Both mean one and the same handle, {handles.value(one)}.", hint="Name the two addresses."
                )
        before = self._unheeded(view)
        done = self._written([Word(kind, one, other) for one, other in pairs], ())
        after = self._unheeded(view)
        made = {d.id for d in done.made}
        lost = tuple(d for d in after if d.id in made)
        return replace(done, unheeded=lost, gave_way=tuple(d for d in after if d not in before and d.id not in made))

    def join_people(self, who: Sequence[str], *, view: Reading) -> Done:
        """Say that several people, by their ids, are one. Raises UsageError for fewer than two."""
        query = "SELECT person, handle FROM people WHERE person IN (SELECT unnest($1::VARCHAR[]))"
        handle = dict(view.connection.execute(query, [list(who)]).fetchall())
        first, *others = (handle[person] for person in dict.fromkeys(who))
        if not others:
            raise UsageError("Choose two or more who are one person.", hint="One person is one already.")
        return self.join("merge", [(first, other) for other in others], view=view)

    def decide(self, kind: user.Kind, handle: str, *, other: str = "", **said: Any) -> Decision:
        """Write a decision down as it is. handle, other: as text in normal form; said: what was decided, by name. Raises UsageError.

        For what is not said of somebody (whose mail it is, what a circle is called), and for those who bring decisions in; `say`
        checks what a person or a program says.
        """
        if (need := _DAY_OF.get(kind)) is not None:
            try:
                date.fromisoformat(said[need])
            except (KeyError, TypeError, ValueError) as error:
                raise UsageError(f"{kind} needs a day: {need}.", hint=f'{need}="2026-03-01"') from error
        return user.decide(self.home, kind, handle, at=now(), author=self.owner, other=other, value=said)

    def add_person(
        self,
        name: str,
        *,
        handle: str = "",
        on: date | None = None,
        day: date | None = None,
        note: str = "",
        **said: str,
    ) -> Decision:
        """Add somebody by hand, with the day on which one met and a note: all of it or nothing. Raises UsageError.

        handle: a mail address or other handle, their bare name if empty; on: the day one met, which counts as a word in person; day:
        the day it is taken to be, today if None; said: met, organisation, title.
        """
        called = sayings.words_of(name, "name")
        known = handles.parse(handle) if handle.strip() else handles.bare_name(called, "hand")
        if known is None:
            raise UsageError(f"{handle or name!r} is no handle.", hint="Give a mail address, or kind:value.")
        more = {what: sayings.words_of(text, what) for what, text in said.items() if text.strip()}
        words = [Word("person", known, value={"name": called, **more})]
        spoken = day or today()
        if on is not None:
            met = Said(kind="touch", on=on, channel="in-person")
            words.append(sayings.word(met, known, day=spoken, today=today()))
        if note.strip():
            words.append(sayings.word(Said(kind="note", text=note), known, day=spoken, today=today()))
        return self._written(words, (called,)).made[0]

    def vouch(
        self,
        who: str,
        what: str,
        *,
        whom: str = "",
        on: date | None = None,
        until: date | None = None,
        consented: bool | None = None,
    ) -> Decision:
        """Say that somebody vouches for the owner, or for somebody else. Raises UsageError.

        who, whom: handles in normal form, `whom` empty for the owner; what: for what; on: since when, today if None; until: the last
        day on which it counts; consented: whether who vouches agreed to be named.
        """
        since = on or today()
        if until is not None and until < since:
            raise UsageError(f"It would end on {until}, before it began.", hint="--until names a later day than --on.")
        said = {
            "for": what,
            "on": since.isoformat(),
            "until": until.isoformat() if until else None,
            "consented": consented,
        }
        return self.decide(
            "vouch", who, other=whom, **{name: value for name, value in said.items() if value is not None}
        )

    def decisions(self) -> list[Decision]:
        """Return the decisions that hold, the oldest first: the owner's own, and those of all on who is who."""
        return user.seen_by(self.owner, self._decisions())

    def undo(self, number: int | None = None) -> Decision:
        """Undo a decision of `decisions`, the last one if no number is given. Raises UsageError."""
        return user.undo(self.home, number, at=now(), author=self.owner)

    def undo_all(self, numbers: Sequence[int]) -> list[Decision]:
        """Undo several decisions of `decisions`, all or nothing. Raises UsageError."""
        return user.undo_all(self.home, numbers, at=now(), author=self.owner)

    def _written(self, words: Sequence[Word], names: tuple[str, ...]) -> Done:
        made = user.decide_all(self.home, words, at=now(), author=self.owner)
        return Done(names, tuple(d for d, _ in made), tuple(d.id for d, new in made if new))

    def _other(self, text: str, view: Reading) -> str:
        """Return the handle of the other one of two: the one that is named, or the oldest of whom a name means."""
        if not text.strip():
            raise UsageError("Nobody else is named.", hint="Give an address, or a name that fits one person.")
        return people.handle_meant(view.connection, text)

    def _unheeded(self, view: Reading) -> list[Decision]:
        """Return the merges and splits that do not hold, because something said later contradicts them or they an owner."""
        said = [d for d in self._decisions() if d.kind in _OF_TWO]
        known = people.persons_of(view.connection, [h for d in said for h in (d.handle, d.other)])
        mine = refresh.basis(self.home, self.settings).me(self.owner)
        return resolve.unheeded([d for d in said if d.handle in known and d.other in known], mine)


def _by_real_names(view: Reading) -> None:
    """Raise UsageError under invented names: what is decided there would be kept under them."""
    if view.masked_with:
        raise UsageError("Nothing can be decided under invented names.", hint="Leave out --incognito.")
