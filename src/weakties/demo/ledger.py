"""What the messages of the demo world say of each person, counted as written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from weakties.demo.mail import Mail
from weakties.demo.people import Person


class Ledger:
    """What the messages say of each person, counted."""

    def __init__(self, owner: Person, mails: Iterable[Mail]) -> None:
        self.addresses: dict[str, set[str]] = defaultdict(set)
        self.names: dict[str, set[str]] = defaultdict(set)
        self.sent: dict[str, list[int]] = defaultdict(list)
        self.received: dict[str, list[int]] = defaultdict(list)
        self.seen: dict[str, list[int]] = defaultdict(list)
        self.beside: dict[str, set[str]] = defaultdict(set)
        for mail in mails:
            if not mail.human:
                continue
            parties = mail.everybody()
            for party in parties:
                self.addresses[party.who].add(party.address)
                self.names[party.who].add(party.name)
                self.seen[party.who].append(mail.at)
                self.beside[party.who].update(other.who for other in parties)
            if mail.author.who == owner.id:
                for who in {party.who for party in parties[1:]}:
                    self.sent[who].append(mail.at)
            elif any(party.who == owner.id for party in parties[1:]):
                self.received[mail.author.who].append(mail.at)

    def counts(self, who: str) -> dict[str, Any]:
        """Return first and last day of contact (one wrote, the other received) and the number of messages each way."""
        times = sorted(self.sent[who] + self.received[who])
        return {
            "first_contact": iso_day(times[0]) if times else None,
            "last_contact": iso_day(times[-1]) if times else None,
            "first_seen": iso_day(min(self.seen[who])) if self.seen[who] else None,
            "last_seen": iso_day(max(self.seen[who])) if self.seen[who] else None,
            "from_owner": len(self.sent[who]),
            "to_owner": len(self.received[who]),
        }


def iso_day(at: int) -> str:
    """Return the day of a moment. at: seconds UTC."""
    return datetime.fromtimestamp(at, UTC).date().isoformat()
