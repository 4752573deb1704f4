"""Calendars on a CalDAV server: each entry as in an iCalendar file.

A repeated meeting is worked out for a year ahead of the day of reading, by the server's clock; so that a series that nobody touches
does not end, a calendar is read whole again when a quarter of a year has gone by.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from weakties.accounts.dav import LONGEST_RESOURCE, Protocol
from weakties.accounts.dav_sync import DavAccount
from weakties.accounts.dav_xml import CALDAV
from weakties.facts.model import Extract
from weakties.sources import ReadOptions, calendar
from weakties.sources.files import File, file_of_bytes

_NO_ENTRY = (
    "what the server gives for this entry is none (no BEGIN:VCALENDAR): open it in your calendar and save it again"
)


class CalDavAccount(DavAccount):
    """Calendars on a server. settings: `address` of the web or of mail, `user`."""

    kind = "caldav"
    reader = calendar.READER
    counted = "events"
    anew = 90 * 86_400
    protocol = Protocol(
        well_known="caldav",
        hosts=("caldav", "dav"),
        word="calendar",
        record="entry",
        records="entries",
        home=f"{CALDAV}calendar-home-set",
        collection=f"{CALDAV}calendar",
        report=f"{CALDAV}calendar-multiget",
        data=f"{CALDAV}calendar-data",
    )

    def told(self, file: File, whose: str, now: int, options: ReadOptions) -> Iterator[Extract]:  # noqa: ARG002  no text to keep
        """Yield what an entry says; see `DavAccount.told`."""
        if not calendar.is_calendar(file):
            return iter([self.rejected(file.name, _NO_ENTRY)])
        data = file.whole(LONGEST_RESOURCE) or b""
        # A calendar that is called by an address is its owner's.
        base = f"{whose}.ics" if whose else ""
        known = calendar.survey(file_of_bytes(file.name, data, base))
        read_at = f"{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%S}" if now else ""
        return calendar.told(file_of_bytes(file.name, data, base), replace(known, newest=max(known.newest, read_at)))
