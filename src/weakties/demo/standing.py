"""How people stand to the owner and to each other, for the truth file: the overlooked, friends made, ties that broke off, who vouches
for whom, circles, bridges, employers. Counted from what the files hold; planned is only who was to carry a case.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from weakties.demo.acquaintances import Acquaintances, Someone
from weakties.demo.desk import stamp
from weakties.demo.ledger import Ledger, iso_day
from weakties.demo.life import GROUPS, Life
from weakties.demo.people import Organisation, Person
from weakties.demo.plants import Plants

# Where people talk who are close; a network for business is none of them.
PRIVATE = frozenset({"call", "facebook", "instagram", "sms", "telegram", "whatsapp"})
# Words in private by which somebody is close whom no business network shows.
_CLOSE_WORDS = 20
# Messages by mail by which somebody at an employer was more than a name, and days around leaving it in which they fell silent.
_TIE_MESSAGES = 6
_FELL_WITHIN = 365


class Standing:
    """Tells all of it."""

    def __init__(self, life: Life, ledger: Ledger, known: Acquaintances, plants: Plants) -> None:
        self._life, self._ledger, self._known, self._plants = life, ledger, known, plants
        self._people = [one for one in life.scene.cast.people if ledger.seen[one.id]]

    def told(self) -> dict[str, Any]:
        """Return the keys of the truth file that this module tells."""
        return {
            "overlooked": self._overlooked(),
            "became_friends": [self._friend(one, since) for one, since in self._plants.befriended],
            "fell_out": self._fell_out(),
            "vouches": [
                {"by": one.by, "for": one.of, "kind": one.kind, "skill": one.skill or None, "on": one.on.isoformat()}
                for one in self._plants.vouches
            ],
            "bridges": self._bridges(),
            "circles": self._circles(),
            "employers": self._employers(),
        }

    def _overlooked(self) -> list[dict[str, Any]]:
        rows = []
        for one in self._known.people:
            channels = {name: len(at) for name, at in sorted(one.talked.items()) if name in PRIVATE and at}
            if not one.slug and one.kind in {"close", "connector", "strong"} and sum(channels.values()) >= _CLOSE_WORDS:
                last = max(at for name in channels for at in one.talked[name])
                rows.append({"person": one.id, "channels": channels, "last_contact": iso_day(last)})
        return rows

    def _friend(self, one: Someone, since: date) -> dict[str, Any]:
        private = sorted(at for name, all_ in one.talked.items() if name in PRIVATE for at in all_)
        mails = [*self._ledger.sent[one.id], *self._ledger.received[one.id]]
        return {
            "person": one.id, "world": one.person.world if one.person else "", "moved_on": since.isoformat(),
            "channel": "whatsapp", "first_private": iso_day(private[0]), "private": len(private),
            "mails_before": sum(at < stamp(since) for at in mails), "mails_after": sum(at >= stamp(since) for at in mails),
        }  # fmt: skip

    def _fell_out(self) -> list[dict[str, Any]]:
        """Return those of the former employer to whom nothing was said, by any channel, since a year after the owner left."""
        life, ledger, rows = self._life, self._ledger, []
        first, last = (stamp(life.left + timedelta(days=days)) for days in (-_FELL_WITHIN, _FELL_WITHIN))
        elsewhere = {one.id: [at for all_ in one.talked.values() for at in all_] for one in self._known.people}
        for one in self._people:
            mails = [*ledger.sent[one.id], *ledger.received[one.id]]
            if (
                one.world == "tallvik"
                and len(mails) >= _TIE_MESSAGES
                and first <= max(mails) <= last
                and not elsewhere[one.id]
            ):
                was = "manager" if self._plants.manager.id == one.id else "colleague"
                rows.append(
                    {"person": one.id, "was": was, "title": one.jobs[0].title if one.jobs else None, "messages": len(mails),
                     "last_contact": iso_day(max(mails))}
                )  # fmt: skip
        return rows

    def _bridges(self) -> list[dict[str, Any]]:
        doors = [one for one in self._people if one.kind == "door"]
        return [
            {"person": one.id, "from": one.world, "to": one.club, "reaches": len(self._behind(one.club))}
            for one in doors
        ]

    def _behind(self, club: str) -> list[str]:
        return [one.id for one in self._people if one.club == club and one.kind == "behind"]

    def _circles(self) -> list[dict[str, Any]]:
        """Return the worlds in which groups write to each other, and those behind a door: who stood on a message with two others."""
        rows = []
        for world in sorted(GROUPS):
            there = {one.id for one in self._people if one.world == world}
            members = [who for who in sorted(there) if len(self._ledger.beside[who] & there - {who}) >= 2]
            rows.append({"circle": world, "members": members})
        doors = sorted((one.club, one.id) for one in self._people if one.kind == "door")
        return rows + [{"circle": club, "members": sorted([door, *self._behind(club)])} for club, door in doors]

    def _employers(self) -> list[dict[str, Any]]:
        stints: dict[str, list[dict[str, Any]]] = defaultdict(list)
        houses: dict[str, Organisation] = {}
        everybody: list[Person] = [self._life.scene.owner, *self._people]
        for one in everybody:
            for job in one.jobs:
                houses[job.organisation.key] = job.organisation
                until = job.until.isoformat() if job.until else None
                stints[job.organisation.key].append(
                    {"person": one.id, "title": job.title, "since": job.since.isoformat(), "until": until}
                )
        return [
            {"organisation": houses[key].name, "domain": houses[key].domain, "stints": stints[key]}
            for key in sorted(stints)
        ]
