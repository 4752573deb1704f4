"""What the user decides, each reversible."""

from __future__ import annotations

from datetime import date
from typing import Any

from weakties.errors import UsageError
from weakties.facts import decisions as user
from weakties.facts import handles
from weakties.facts.decisions import Decision
from weakties.insight import people
from weakties.reading import Reading
from weakties.workspace.desk import Desk, now, today

# Of these decisions, which value is a day.
_DAY_OF: dict[str, str] = {"touch": "on", "snooze": "until", "outcome": "on", "vouch": "on"}


class Decided(Desk):
    """The part of the façade that is told."""

    def decide(self, kind: user.Kind, handle: str, *, other: str = "", **said: Any) -> Decision:
        """Write a decision down. handle, other: as text in normal form; said: what was decided, by name. Raises UsageError."""
        if (need := _DAY_OF.get(kind)) is not None:
            try:
                date.fromisoformat(said[need])
            except (KeyError, TypeError, ValueError) as error:
                raise UsageError(f"{kind} needs a day: {need}.", hint=f'{need}="2026-03-01"') from error
        return user.decide(self.home, kind, handle, at=now(), author=self.owner, other=other, value=said)

    def add_person(self, name: str, *, handle: str = "", **said: Any) -> Decision:
        """Add somebody by hand. handle: a mail address or other handle, their bare name if empty. Raises UsageError."""
        known = handles.parse(handle) if handle else handles.bare_name(name, "hand")
        if known is None:
            raise UsageError(f"{handle or name!r} is no handle.", hint="Give a mail address, or kind:value.")
        return self.decide("person", known, name=name, **said)

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
        """Return the decisions that hold, the oldest first."""
        return self._decisions()

    def unheeded(self, *, view: Reading | None = None) -> list[Decision]:
        """Return the merges and splits that do not hold, because something said later contradicts them or they an owner."""
        view = view or self.read()
        said = [d for d in self._decisions() if d.kind in ("merge", "split")]
        person_of = people.persons_of(view.connection, [h for d in said for h in (d.handle, d.other)])
        known = [d for d in said if d.handle in person_of and d.other in person_of]
        return [d for d in known if (person_of[d.handle] == person_of[d.other]) != (d.kind == "merge")]

    def undo(self, number: int | None = None) -> Decision:
        """Undo a decision, the last one if no number is given. Raises UsageError."""
        return user.undo(self.home, number, at=now())
