"""Rules of repeated events: the days are worked out as the common library does it, but for its two slips, and in bounded time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from weakties.sources.repeats import MOST, Rule, RuleError

START = datetime(2026, 1, 5, 9, 30)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def days(text: str, start: datetime = START, last: datetime = datetime(2027, 1, 1)) -> list[str]:
    return [f"{when:%m-%d}" for when in Rule.parse(text).times(start, last)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FREQ=DAILY;COUNT=3", ["01-05", "01-06", "01-07"]),
        ("FREQ=DAILY;INTERVAL=10;UNTIL=20260101;COUNT=2", ["01-05", "01-15"]),
        ("FREQ=WEEKLY;COUNT=3", ["01-05", "01-12", "01-19"]),
        ("FREQ=WEEKLY;BYDAY=WE,FR;COUNT=3", ["01-07", "01-09", "01-14"]),
        # The two examples of RFC 5545 that show what the start of the week does.
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", ["01-06", "01-11", "01-20", "01-25"]),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", ["01-06", "01-18", "01-20", "02-01"]),
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=3", ["01-30", "02-27", "03-27"]),
        ("FREQ=MONTHLY;BYDAY=FR,-1TU;COUNT=5", ["01-09", "01-16", "01-23", "01-27", "01-30"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3", ["01-31", "03-31", "05-31"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2", ["01-30", "02-27"]),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", ["11-26"]),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", ["05-11"]),
        ("FREQ=YEARLY;BYYEARDAY=-1", ["12-31"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", []),
        ("FREQ=HOURLY;INTERVAL=12;COUNT=3", ["01-05", "01-05", "01-06"]),
    ],
)
def test_a_rule_says_its_days(text: str, expected: list[str]) -> None:
    assert days(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FREQ=SOMETIMES",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;COUNT=99999999999999999999",
        "FREQ=DAILY;BYMONTH=13",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;WKST=NO",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        "RSCALE=CHINESE;FREQ=YEARLY",
        "D1 #10",
    ],
)
def test_a_rule_that_cannot_be_read(text: str) -> None:
    with pytest.raises(RuleError):
        Rule.parse(text)


def test_the_newest_days_are_kept() -> None:
    every = Rule.parse("FREQ=DAILY").times(START, START + timedelta(days=3_000))
    assert (len(every), every[-1]) == (MOST, START + timedelta(days=3_000))
    assert len(Rule.parse("FREQ=SECONDLY").times(START, START + timedelta(days=3_000))) == MOST


def part(name: str, values: list[str], most: int = 3) -> st.SearchStrategy[str]:
    some = st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True).map(
        lambda v: f"{name}={','.join(v)}"
    )
    return st.one_of(st.just(""), some)


@st.composite
def rules(draw: st.DrawFn) -> str:
    period = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    # Ordinals beside plain weekdays are left out: the library wants both at once, RFC 5545 either.
    ordinals = ["1", "2", "-1"] if period in ("MONTHLY", "YEARLY") and draw(st.booleans()) else [""]
    return ";".join(
        (
            f"FREQ={period}",
            f"INTERVAL={draw(st.integers(1, 4))}",
            draw(part("COUNT", ["1", "7", "40"], 1)),
            draw(part("BYMONTH", ["1", "2", "6", "11", "12"])),
            draw(part("BYMONTHDAY", ["1", "2", "15", "-1", "28"])),
            draw(part("BYDAY", [o + d for o in ordinals for d in DAYS])),
            draw(part("BYYEARDAY", ["1", "100", "-1"])) if period == "YEARLY" else "",
            draw(part("WKST", list(DAYS), 1)),
            draw(part("BYHOUR", ["9", "17"])),
            # Of a week that began before the event the library counts from the event, RFC 5545 from the week.
            draw(part("BYSETPOS", ["1", "2", "-1"])) if period in ("MONTHLY", "YEARLY") else "",
        )
    )


@settings(max_examples=150, deadline=None, derandomize=True)
@given(rules(), st.integers(0, 3_000))
def test_the_library_says_the_same(text: str, begin: int) -> None:
    """A library that finds nothing goes on until the year 9999: it is told a last day, and asked where ours found something."""
    start = datetime(2012, 1, 1, 9) + timedelta(days=begin)
    last = start + timedelta(days=1_200)
    plain = ";".join(p for p in text.split(";") if p)
    ours = Rule.parse(plain).times(start, last)
    if not ours:
        return
    theirs = []
    for when in rrulestr(plain, dtstart=start):
        if when > ours[-1]:
            break
        theirs.append(when)
    # Of very many the newest are kept.
    assert ours == theirs[-MOST:]
