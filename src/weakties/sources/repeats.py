"""Repeated events: the rules of RFC 5545 (RRULE) worked out, day by day, within bounds.

A rule is read by hand and not handed to a library, for two reasons: a rule that never comes true (every 30th of February) keeps
the common library busy until the year 9999, and most rules need nothing but a step from week to week. The rest is what the
library does too, and the tests hold both to the same: all days of a period that pass every filter, at every time of day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import product

from weakties.sources.contentlines import Stamp, stamp

# Instances of one rule that are kept: the newest ones, eight years of working days.
MOST = 2_000
# Instances that are worked out to find them.
_MOST_TRIED = 60_000
_PERIODS = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_STEPS = {"HOURLY": 3_600, "MINUTELY": 60, "SECONDLY": 1}
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BYDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
# Lowest and highest number; those that may count from the end may also be negative, and are never 0.
_NUMBERS = {
    "BYMONTH": (1, 12), "BYHOUR": (0, 23), "BYMINUTE": (0, 59), "BYSECOND": (0, 59),
    "BYMONTHDAY": (-31, 31), "BYYEARDAY": (-366, 366), "BYWEEKNO": (-53, 53), "BYSETPOS": (-366, 366),
}  # fmt: skip
_DAY = timedelta(days=1)


class RuleError(ValueError):
    """A rule that cannot be read."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. days: weekdays 0 to 6 with their number within month or year, 0 for each; numbers: by part (`BYMONTH` ...)."""

    period: str
    interval: int = 1
    count: int = 0
    until: Stamp | None = None
    week_start: int = 0
    days: tuple[tuple[int, int], ...] = ()
    numbers: dict[str, tuple[int, ...]] = field(default_factory=dict)

    @staticmethod
    def parse(text: str) -> Rule:
        """Return the rule that a text says. Raises RuleError."""
        given = dict(part.strip().upper().split("=", 1) for part in text.strip(" ;").split(";") if "=" in part)
        period = given.pop("FREQ", "")
        if (period not in _PERIODS and period not in _STEPS) or given.get("RSCALE", "GREGORIAN") != "GREGORIAN":
            raise RuleError(text)
        until = stamp(given.pop("UNTIL")) if "UNTIL" in given else None
        start = given.pop("WKST", "MO")
        days = tuple(_weekday(day) for day in given.pop("BYDAY").split(",")) if given.get("BYDAY") else ()
        interval = _number(given.pop("INTERVAL", "1"), 1, 100_000)
        count = _number(given.pop("COUNT", "0"), 0, 10**9)
        numbers = {name: _numbers(name, value) for name, value in given.items() if name in _NUMBERS and value}
        if start not in _WEEKDAYS or (period in _STEPS and (days or numbers)):
            raise RuleError(text)
        return Rule(period, interval, count, until, _WEEKDAYS.index(start), days, numbers)

    def times(self, start: datetime, last: datetime) -> list[datetime]:
        """Return the local times at which an event happens that began at `start`, to the last one, the newest 2,000 of them.

        Raises RuleError for one that began before the year 1000.
        """
        if start.year < 1_000:
            raise RuleError(str(start))
        if self.period in _STEPS:
            step = self.interval * _STEPS[self.period]
            steps = int((last - start).total_seconds()) // step + 1
            steps = max(min(steps, self.count or steps), 0)
            return [start + timedelta(seconds=step * number) for number in range(max(steps - MOST, 0), steps)]
        found: deque[datetime] = deque(maxlen=MOST)
        tried = 0
        for when in self._all(start, last.date()):
            if when < start:
                continue
            tried += 1
            if when > last or tried > min(self.count or _MOST_TRIED, _MOST_TRIED):
                break
            found.append(when)
        return list(found)

    def _all(self, start: datetime, last: date) -> Iterator[datetime]:
        """Yield the times of every period in order, from the one that holds `start`."""
        rule = self._completed(start)
        of_day = [
            time(hour, minute, second)
            for hour, minute, second in product(
                rule.numbers.get("BYHOUR", (start.hour,)),
                rule.numbers.get("BYMINUTE", (start.minute,)),
                rule.numbers.get("BYSECOND", (start.second,)),
            )
        ]
        positions = rule.numbers.get("BYSETPOS")
        for days in rule._periods(start.date(), last):
            times = (datetime.combine(day, at) for day in days for at in of_day)
            if positions is None:
                yield from times
            else:
                every = list(times)
                count = len(every)
                places = {p - 1 if p > 0 else count + p for p in positions}
                yield from (every[place] for place in sorted(places) if 0 <= place < count)

    def _completed(self, start: datetime) -> Rule:
        """Return the rule with what it leaves to the day on which it starts."""
        if self.days or self.numbers.keys() & {"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"} or self.period == "DAILY":
            return self
        numbers = dict(self.numbers)
        if self.period == "WEEKLY":
            return _with(self, ((start.weekday(), 0),), numbers)
        if self.period == "YEARLY":
            numbers.setdefault("BYMONTH", (start.month,))
        numbers["BYMONTHDAY"] = (start.day,)
        return _with(self, (), numbers)

    def _periods(self, start: date, last: date) -> Iterator[list[date]]:
        """Yield the days that pass in each period, until the last day."""
        if self.period in ("DAILY", "WEEKLY"):
            step = timedelta(days=self.interval * (7 if self.period == "WEEKLY" else 1))
            begin, length = start, 1
            if self.period == "WEEKLY":
                begin, length = start - timedelta(days=(start.weekday() - self.week_start) % 7), 7
            while begin <= last:
                yield [day for number in range(length) if self._passes(day := begin + number * _DAY)]
                begin += step
            return
        months = 1 if self.period == "MONTHLY" else 12
        passed = start.year * 12 + (start.month - 1 if months == 1 else 0)
        while passed <= last.year * 12 + last.month - 1:
            yield [day for day in self._days_of(passed, months) if self._passes(day)]
            passed += self.interval * months

    def _days_of(self, passed: int, months: int) -> Iterator[date]:
        """Yield the days of so many months from one on, counted from the year 0, without those of months that do not pass."""
        wanted = self.numbers.get("BYMONTH")
        for number in range(passed, passed + months):
            year, month = number // 12, number % 12 + 1
            if not wanted or month in wanted:
                first = date(year, month, 1)
                yield from (first + place * _DAY for place in range(monthrange(year, month)[1]))

    def _passes(self, day: date) -> bool:
        """Tell whether a day passes every filter."""
        numbers = self.numbers
        if self.days and not any(wanted == day.weekday() and self._nth(day, nth) for wanted, nth in self.days):
            return False
        if not numbers:
            return True
        if (months := numbers.get("BYMONTH")) and day.month not in months:
            return False
        if days := numbers.get("BYMONTHDAY"):
            from_end = day.day - monthrange(day.year, day.month)[1] - 1
            if day.day not in days and from_end not in days:
                return False
        if days := numbers.get("BYYEARDAY"):
            of_year = day.timetuple().tm_yday
            if of_year not in days and of_year - _length_of_year(day.year) - 1 not in days:
                return False
        weeks = numbers.get("BYWEEKNO")
        return not weeks or self._in_weeks(day, weeks)

    def _nth(self, day: date, nth: int) -> bool:
        """Tell whether a day is the nth of its weekday in its month, or year; a number means nothing within shorter periods."""
        if nth == 0 or self.period in ("DAILY", "WEEKLY"):
            return True
        if self.period == "MONTHLY" or "BYMONTH" in self.numbers:
            place, length = day.day, monthrange(day.year, day.month)[1]
        else:
            place, length = day.timetuple().tm_yday, _length_of_year(day.year)
        return (place - 1) // 7 + 1 == nth if nth > 0 else (length - place) // 7 + 1 == -nth

    def _in_weeks(self, day: date, weeks: tuple[int, ...]) -> bool:
        """Tell whether a day lies in one of these weeks of its year; the first week is the first with four days in the year."""
        first = _first_week(day.year, self.week_start)
        number = (day - first).days // 7 + 1
        length = (_first_week(day.year + 1, self.week_start) - first).days // 7
        if number < 1:
            # The last week of the year before.
            before = _first_week(day.year - 1, self.week_start)
            return -1 in weeks or ((day - before).days // 7 + 1) in weeks
        if number > length:
            return 1 in weeks
        return number in weeks or number - length - 1 in weeks


def _with(rule: Rule, days: tuple[tuple[int, int], ...], numbers: dict[str, tuple[int, ...]]) -> Rule:
    return Rule(rule.period, rule.interval, rule.count, rule.until, rule.week_start, days, numbers)


def _first_week(year: int, week_start: int) -> date:
    fourth = date(year, 1, 4)
    return fourth - timedelta(days=(fourth.weekday() - week_start) % 7)


def _length_of_year(year: int) -> int:
    return 366 if monthrange(year, 2)[1] == 29 else 365


def _number(text: str, low: int, high: int) -> int:
    digits = text.removeprefix("+").removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 10 and low <= int(text) <= high):
        raise RuleError(text)
    return int(text)


def _numbers(name: str, text: str) -> tuple[int, ...]:
    low, high = _NUMBERS[name]
    found = sorted({_number(part, low, high) for part in text.split(",")})
    if low < 0 and 0 in found:
        raise RuleError(text)
    return tuple(found)


def _weekday(text: str) -> tuple[int, int]:
    found = _BYDAY.fullmatch(text.strip())
    if found is None:
        raise RuleError(text)
    return _WEEKDAYS.index(found[2]), int(found[1] or 0)
