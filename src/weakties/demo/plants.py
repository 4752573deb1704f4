"""What is planted for the network, drawn from a generator of its own: the mail and the other exports of a seed stay what they are.

Business ties that moved to a private channel, the manager at the first employer with whom nothing was exchanged since, and who
vouches for whom on a network, for what.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from weakties.demo.acquaintances import Acquaintances, Someone

_BEFRIENDED = 5
_BUSINESS = ("tallvik", "client", "supplier", "conference")
_SKILLS = (
    "Interferometry", "Optical design", "Thin films", "Metrology", "Project management", "Negotiation", "Python", "Public speaking",
    "Start-ups", "Quality management",
)  # fmt: skip
_LEADS = ("head of", "group leader")


@dataclass(frozen=True, slots=True)
class Vouch:
    """Who says in public that somebody is good. by, of: ids; kind: `recommended` or `endorsed`; skill: empty for the former."""

    by: str
    of: str
    kind: str
    skill: str
    on: date


class Plants:
    """All that is planted. busy: ids of people who carry a case of their own, of whom nothing more may be said."""

    def __init__(self, rng: Random, known: Acquaintances, busy: frozenset[str]) -> None:
        self.rng, self.known, self._busy = rng, known, busy
        self.befriended = self._befriended()
        self.manager = self._manager()
        self.vouches: list[Vouch] = []

    def _befriended(self) -> list[tuple[Someone, date]]:
        """Return business ties of years and the day from which they talk in private."""
        known, rng = self.known, self.rng
        can = [one for one in known.near(*_BUSINESS) if one.saved and one.phone and one.kind == "strong"]
        can = [one for one in can if one.person and not one.person.aliases and not one.person.remark]
        early = known.end - timedelta(days=1_200)
        can = [one for one in can if one.id not in self._busy and one.person and one.person.since < early]
        return [(one, known.end - timedelta(days=rng.randint(300, 540))) for one in rng.sample(can, _BEFRIENDED)]

    def _manager(self) -> Someone:
        """Return who led the owner at her first employer and has been silent since she left."""
        led = [
            one for one in self.known.people if one.kind == "dormant" and one.person and one.person.world == "tallvik"
        ]
        led = [one for one in led if one.person and one.person.jobs[0].title.startswith(_LEADS) and one.name.isascii()]
        return self.rng.choice(led)

    def further(self, count: int) -> list[Someone]:
        """Return contacts on the network with whom there is little exchange, who vouch or are vouched for all the same."""
        quiet = [one for one in self.known.connected() if one.kind in {"weak", "dormant"} and one.id not in self._busy]
        return self.rng.sample(quiet, count)

    def skills(self) -> Sequence[str]:
        """Return for what somebody is endorsed."""
        return self.rng.sample(_SKILLS, self.rng.choice((1, 1, 2, 3)))

    def vouched(self, one: Someone, *, given: bool, kind: str, on: date, skill: str = "") -> None:
        """Note a word of praise that a file holds. given: by the owner."""
        by, of = (self.known.owner.id, one.id) if given else (one.id, self.known.owner.id)
        self.vouches.append(Vouch(by, of, kind, skill, on))
