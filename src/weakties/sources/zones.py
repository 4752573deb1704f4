"""Time zones as calendars name them: a local time and the name of a zone become a moment.

A name is looked up in the world's list of zones, then as Windows calls zones, then in what the file itself says of it
(VTIMEZONE), then read as what it is (`UTC+11`). A name that is nothing of all this is the first zone
that the file tells of, else UTC, as is a time without a zone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from weakties.sources.contentlines import Block, Property, offset, properties, stamp
from weakties.sources.repeats import Rule, RuleError

# Seconds UTC of a local time.
Zone = Callable[[datetime], int]

_EPOCH = datetime(1970, 1, 1)
_NAME = re.compile(r"[A-Za-z0-9_+/-]{2,64}")
# Names of the machine, not of the world.
_NO_NAMES = frozenset({"localtime", "posixrules", "Factory"})
_HOURS = re.compile(r"(?:UTC|GMT)\s*([+-])(\d{1,2}):?(\d\d)?(?!\d)", re.ASCII)
# The last year for which changes of the clock are worked out.
_LAST = datetime(2100, 1, 1)
_MOST_CHANGES = 1_000
# The first year for which they are, before anything that is read.
_FIRST = 1_970
# Times of the year that one zone knows, in all its history.
_MOST_PARTS = 100


def utc(when: datetime) -> int:
    """Return the seconds of a time that is told in UTC."""
    passed = when - _EPOCH
    return passed.days * 86_400 + passed.seconds


class Zones:
    """The zones of one file."""

    def __init__(self) -> None:
        self._written: dict[str, Block] = {}
        self._known: dict[str, Zone] = {}

    def add(self, block: Block) -> None:
        """Learn what the file says of a zone."""
        for line in properties(block):
            if line.name == "TZID":
                self._written.setdefault(line.value.strip(), block)
                self._known.pop(line.value.strip(), None)
                return

    def zone(self, name: str) -> Zone:
        """Return the zone of that name; UTC for one that nobody knows."""
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._found(name)
        return found

    def _found(self, name: str) -> Zone:
        if not name:
            return utc
        if zone := _of_the_world(name) or _of_windows(name):
            return zone
        if name in self._written and (changes := _changes(self._written[name])):
            return _Changing(changes)
        if hours := _HOURS.search(name):
            east = (int(hours[2]) * 3_600 + int(hours[3] or 0) * 60) * (-1 if hours[1] == "-" else 1)
            return lambda when: utc(when) - east
        # Outlook calls a zone `Customized Time Zone` that the file tells of under another name.
        others = [other for other in self._written if other not in (name, "UTC")]
        return self.zone(others[0]) if others and name not in self._written else utc


def _of_the_world(name: str) -> Zone | None:
    """Return a zone by its name, also where a program put its own path before it: `/mozilla.org/20070129_1/Europe/Berlin`."""
    words = name.strip("/").split("/")
    for count in (len(words), 3, 2):
        key = "/".join(words[-count:])
        if count > len(words) or not _NAME.fullmatch(key) or key in _NO_NAMES:
            continue
        try:
            zone = ZoneInfo(key)
        except (KeyError, ValueError, OSError):
            continue
        return lambda when: _seconds(when, zone)
    return None


def _of_windows(name: str) -> Zone | None:
    # The table comes with a library that takes a moment to load, and few files need it.
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return _of_the_world(WINDOWS_TO_OLSON[name]) if name in WINDOWS_TO_OLSON else None


def _seconds(when: datetime, zone: ZoneInfo) -> int:
    east = when.replace(tzinfo=zone).utcoffset()
    return utc(when) - (int(east.total_seconds()) if east else 0)


class _Changing:
    """A zone by its changes: (local time of the change, seconds east of UTC before it, and from then on), in order."""

    def __init__(self, changes: list[tuple[datetime, int, int]]) -> None:
        self._changes = changes
        self._times = [change[0] for change in changes]

    def __call__(self, when: datetime) -> int:
        place = bisect_right(self._times, when)
        return utc(when) - (self._changes[place - 1][2] if place else self._changes[0][1])


def _changes(block: Block) -> list[tuple[datetime, int, int]]:
    """Return the changes of the clock that a VTIMEZONE tells."""
    found: list[tuple[datetime, int, int]] = []
    part: dict[str, list[Property]] = {}
    told = 0
    for line in [*properties(block), Property("", "BEGIN", "", "")]:
        if line.name != "BEGIN":
            part.setdefault(line.name, []).append(line)
            continue
        if {"DTSTART", "TZOFFSETTO"} <= part.keys() and told < _MOST_PARTS:
            told += 1
            found += _changes_of(part)
        part = {}
    return sorted(found)


def _changes_of(part: dict[str, list[Property]]) -> list[tuple[datetime, int, int]]:
    start = stamp(part["DTSTART"][0].value)
    if start is None:
        return []
    after = offset(part["TZOFFSETTO"][0].value)
    before = offset(part["TZOFFSETFROM"][0].value) if "TZOFFSETFROM" in part else after
    times = {start.when}
    for line in part.get("RDATE", ()):
        times |= {moment.when for value in line.value.split(",")[:_MOST_CHANGES] if (moment := stamp(value))}
    # The years 1 and 1601 stand for "always".
    begin = start.when if start.when.year >= _FIRST else start.when.replace(year=_FIRST, day=min(start.when.day, 28))
    for line in part.get("RRULE", ())[:1]:
        try:
            rule = Rule.parse(line.value)
            # An end told in UTC is up to a day from the local one, and changes are months apart.
            last = min(rule.until.when, _LAST) + timedelta(days=1) if rule.until else _LAST
            times |= set(rule.times(begin, last)[:_MOST_CHANGES])
        except RuleError:
            continue
    return [(when, before, after) for when in times]
